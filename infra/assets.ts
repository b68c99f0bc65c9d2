// What is built at synth: bundles and layers for the functions, and the context of the image. Without bundling they are placeholders.
import { createHash } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { AssetHashType, DockerImage, Stage } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Code, type Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { PACKAGED_STAGES } from '../functions/captioner/analysis/stage-package.ts';
import { buildModelLayer, LAYER_MODELS } from '../layers/model.ts';
import { buildNativeLayer } from '../layers/native.ts';
import { checkFunctionSize } from '../layers/size.ts';
import { bundle, writeModelCards } from './bundles.ts';
import {
  type BucketPackage,
  type FolderPackage,
  inCheckout,
  modelPackage,
  REPOSITORY,
  stagePackages,
  workerPackage,
} from './model-packages.ts';
import { writeVocabulary } from './own-vocabulary.ts';
import { lambdaArchitecture, RUNTIME } from './service-function.ts';
import type { Settings } from './settings.ts';

/** Writes what an asset consists of into a folder. */
type Build = (folder: string) => void;

/** A folder that `build` writes; its content makes its name. Built here: the image is never asked for. */
const built = (name: string, build: Build): Code =>
  Code.fromAsset(join(REPOSITORY, 'infra'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      // CDK takes assets with the same source and command for the same
      command: [name],
      local: {
        tryBundle: (folder) => {
          build(folder);
          return true;
        },
      },
    },
  });

/** Stands for what would be built, under a name of its own. */
const placeholder = (name: string): Code =>
  Code.fromAsset(join(REPOSITORY, 'infra', 'worker'), {
    assetHashType: AssetHashType.CUSTOM,
    assetHash: createHash('sha256').update(name).digest('hex'),
  });

/** Where a function's or layer's files were written. */
const folderOf = (of: LambdaFunction | LayerVersion): string =>
  resolve(Stage.of(of)?.outdir ?? '', (of.node.findChild('Code') as Asset).assetPath);

type WorkerProvider = 'cuda' | 'cpu';

/** Code, layers and image of a stack. */
export type Artifacts = {
  /** name of the model package in the layer */
  uploadModel: string;
  /** the worker's package: in the image, or in a bucket */
  workerModel: FolderPackage | BucketPackage;
  code(name: 'ingest' | 'lookup'): Code;
  nativeLayer: LayerVersion;
  modelLayer: LayerVersion;
  /** with what the provider needs, and nothing for another one */
  workerImage(provider: WorkerProvider): ContainerImage;
  /** @throws ConfigError when Lambda would not take the function with both layers */
  checkSize(of: LambdaFunction): void;
};

/** Folders of model packages in Lambda, in the image, and where the worker puts one that it fetches. */
export const MODELS_FOLDER = { lambda: `/opt/${LAYER_MODELS}`, image: '/app/models', fetched: '/models' } as const;

/**
 * The artifacts of a stack.
 * @throws ConfigError naming the setting whose package is missing or refused
 */
export const makeArtifacts = (scope: Construct, settings: Settings, bundling: boolean): Artifacts => {
  const upload = modelPackage('uploadModel', settings.uploadModel);
  const worker = settings.gpu === 'off' ? upload : workerPackage(settings.workerModel);
  const build = bundling ? built : placeholder;
  // what is in a bucket has no card here
  const stages = stagePackages(settings.analysis);
  const described = [...new Set([upload, worker].flatMap((one) => (one.kind === 'folder' ? [one.folder] : []))), ...stages];
  const code = { ingest: (folder: string) => bundle('ingest', folder), lookup: withCards(described, settings.vocabulary) };
  const nativeLayer = new LayerVersion(scope, 'NativeLayer', {
    description: 'sharp and onnxruntime',
    code: build(`native ${settings.architecture}`, (folder) => buildNativeLayer(settings.architecture, folder)),
    compatibleRuntimes: [RUNTIME],
    compatibleArchitectures: [lambdaArchitecture(settings)],
  });
  const modelLayer = new LayerVersion(scope, 'ModelLayer', {
    description: `model packages ${[upload.folder, ...stages].map((folder) => basename(folder)).join(' ')}`,
    code: build(`model ${[upload.folder, ...stages].join(' ')}`, (folder) => {
      for (const found of [upload.folder, ...stages]) buildModelLayer(found, folder);
    }),
  });
  return {
    uploadModel: upload.name,
    workerModel: worker,
    code: (name) => build(`${name} ${described.join(' ')} ${settings.vocabulary}`, code[name]),
    nativeLayer,
    modelLayer,
    workerImage: (provider) => workerImage(worker.kind === 'bucket' ? NO_MODEL : inCheckout(worker.folder), provider),
    checkSize: (of) =>
      void checkFunctionSize({ function: folderOf(of), 'native layer': folderOf(nativeLayer), 'model layer': folderOf(modelLayer) }),
  };
};

const withCards =
  (packages: readonly string[], vocabulary: string): Build =>
  (folder) => {
    bundle('lookup', folder);
    writeModelCards(packages, folder);
    writeVocabulary(vocabulary, folder);
  };

/** Stands in the image for a package that the worker fetches. */
const NO_MODEL = 'infra/worker/no-model';

/** The folders above a path: "a/b/c" has "a" and "a/b". */
const above = (path: string): string[] => path.split('/').flatMap((_, at, parts) => (at === 0 ? [] : [parts.slice(0, at).join('/')]));

const workerImage = (packagePath: string, provider: WorkerProvider): ContainerImage => {
  const packages = [...PACKAGED_STAGES.map((stage) => `models/${stage}`), packagePath];
  return ContainerImage.fromAsset(REPOSITORY, {
    file: 'infra/worker/Dockerfile',
    platform: Platform.LINUX_AMD64,
    buildArgs: { MODEL: basename(packagePath), MODEL_PATH: packagePath, PROVIDER: provider },
    // only what the image is made of: the asset changes when that changes
    exclude: [
      '*',
      '!functions',
      '!infra',
      'infra/*',
      '!infra/worker',
      ...[...new Set(packages.flatMap(above))].flatMap((folder) => [`!${folder}`, `${folder}/*`]),
      ...packages.map((path) => `!${path}`),
      '!infra/worker',
      '!package.json',
      '!package-lock.json',
      '!.npmrc',
    ],
  });
};
