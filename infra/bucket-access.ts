// Rights on objects of the uploads bucket, limited to the prefixes that are captioned.
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Settings } from './settings.ts';

/** Characters that mean something in IAM's ARNs, as themselves. */
export const literal = (prefix: string): string => prefix.replace(/[*?$]/g, (character) => `\${${character}}`);

/** ARN of all objects below a prefix. */
export const arnBelow = (bucket: IBucket, prefix: string): string => bucket.arnForObjects(`${literal(prefix)}*`);

/** ARNs of all objects below the prefixes that are captioned. */
export const objectArns = (bucket: IBucket, { keyPrefixes }: Settings): string[] =>
  keyPrefixes.length === 0 ? [arnBelow(bucket, '')] : keyPrefixes.map((prefix) => arnBelow(bucket, prefix));

const ACTIONS = { read: ['s3:GetObject', 's3:GetObjectVersion'], write: ['s3:PutObject'], remove: ['s3:DeleteObject'] } as const;

/** What may be done with objects. */
export type ObjectRight = keyof typeof ACTIONS;

/** Of objects, and of their versions. */
const LISTING = ['s3:ListBucket', 's3:ListBucketVersions'] as const;

/**
 * Lets `who` do that with objects below the prefixes. `LISTING` comes with reading: without it S3 answers 403 for a missing
 * object or version, which nobody could tell from a forbidden one.
 */
export const allowObjects = (who: IGrantable, bucket: IBucket, settings: Settings, rights: readonly ObjectRight[]): void => {
  const principal = who.grantPrincipal;
  const actions = rights.flatMap((right) => [...ACTIONS[right]]);
  principal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: objectArns(bucket, settings) }));
  if (rights.includes('read')) {
    principal.addToPrincipalPolicy(new PolicyStatement({ actions: [...LISTING], resources: [bucket.bucketArn] }));
  }
  const key = bucket.encryptionKey;
  if (key === undefined) return;
  const keyActions = [...(rights.includes('read') ? ['kms:Decrypt'] : []), ...(rights.includes('write') ? ['kms:GenerateDataKey'] : [])];
  if (keyActions.length > 0) {
    principal.addToPrincipalPolicy(new PolicyStatement({ actions: [...new Set(['kms:Decrypt', ...keyActions])], resources: [key.keyArn] }));
  }
};
