// How the worker's container comes to its model package: it is in the image, or fetched from a bucket into memory of a bounded size.
import { Stack } from 'aws-cdk-lib';
import { type LinuxParameters, TmpfsMountOption } from 'aws-cdk-lib/aws-ecs';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { MODELS_FOLDER } from './assets.ts';
import { literal } from './bucket-access.ts';
import type { BucketPackage, FolderPackage } from './model-packages.ts';

/** Room for a package that is fetched, in MiB; it is part of the task's memory. */
const FETCHED_MIB = 4096;

type WorkerPackage = FolderPackage | BucketPackage;

/** Variables by which the worker finds its package, and knows that it is the one. */
export const packageVariables = (found: WorkerPackage): Record<string, string> => ({
  MODELS_DIR: found.kind === 'bucket' ? MODELS_FOLDER.fetched : MODELS_FOLDER.image,
  MODEL: found.name,
  MODEL_DIGEST: found.digest,
  ...(found.kind === 'bucket' && { MODEL_URI: `s3://${found.bucket}/${found.prefix}` }),
});

/** Gives a package that is fetched a place: the rest of the container cannot be written to. */
export const mountPackage = (linux: LinuxParameters, found: WorkerPackage): void => {
  if (found.kind === 'folder') return;
  const mountOptions = [TmpfsMountOption.RW, TmpfsMountOption.NOSUID, TmpfsMountOption.NODEV, TmpfsMountOption.NOEXEC];
  linux.addTmpfs({ containerPath: MODELS_FOLDER.fetched, size: FETCHED_MIB, mountOptions });
};

/** Lets the worker read what is below the package's prefix, and nothing else of its bucket. @returns ARNs of that */
export const allowPackage = (scope: Construct, role: IRole, found: WorkerPackage): string[] => {
  if (found.kind === 'folder') return [];
  const resourceName = `${literal(found.prefix)}/*`;
  const resource = Stack.of(scope).formatArn({ service: 's3', region: '', account: '', resource: found.bucket, resourceName });
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [resource] }));
  return [resource];
};
