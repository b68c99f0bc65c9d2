// What is built for the functions at synth: bundles and layers. Without bundling they are placeholders, for tests of the template.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { lambdaArchitecture, RUNTIME } from './service-function.ts';
import type { Settings } from './settings.ts';

const INFRA = fileURLToPath(new URL('.', import.meta.url));

/** Writes what an asset consists of into a folder. */
type Build = (folder: string) => void;

const placeholder =
  (name: string): Build =>
  (folder) =>
    writeFileSync(join(folder, 'index.js'), `exports.handler = async () => { throw new Error('placeholder of ${name}'); };\n`);

/** A folder that `build` writes; its content makes its name. No docker: the image is never used. */
const built = (build: Build): Code =>
  Code.fromAsset(INFRA, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle: (folder) => {
          build(folder);
          return true;
        },
      },
    },
  });

/** Code of the functions, and their layers. */
export type Artifacts = {
  /** name of the model package in the layer */
  uploadModel: string;
  code(name: 'ingest' | 'lookup'): Code;
  nativeLayer(): LayerVersion;
  modelLayer(): LayerVersion;
  /** name of the model package in the image, and the folder that it is in */
  gpuModel: string;
  workerModelsFolder: string;
  workerImage(): ContainerImage;
};

/** The artifacts of a stack. */
export const makeArtifacts = (scope: Construct, settings: Settings, _bundling: boolean): Artifacts => ({
  uploadModel: basename(settings.uploadModel),
  code: (name) => built(placeholder(name)),
  nativeLayer: () =>
    new LayerVersion(scope, 'NativeLayer', {
      description: 'sharp and onnxruntime',
      code: built(placeholder('native')),
      compatibleRuntimes: [RUNTIME],
      compatibleArchitectures: [lambdaArchitecture(settings)],
    }),
  modelLayer: () => new LayerVersion(scope, 'ModelLayer', { description: 'model package', code: built(placeholder('model')) }),
  gpuModel: basename(settings.gpuModel),
  workerModelsFolder: '/app/models',
  workerImage: () => ContainerImage.fromRegistry('placeholder'),
});
