// Rights of the lookup function to have texts spoken and translated, and to keep what was spoken.
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { arnBelow } from './bucket-access.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Settings } from './settings.ts';

/** ARNs of the objects that hold spoken texts; none without an output prefix. */
export const speechArns = (bucket: IBucket, { outputPrefix, speech }: Settings): string[] =>
  outputPrefix === '' || speech === 'off' ? [] : [arnBelow(bucket, `${outputPrefix}speech/`)];

/** Polly and Translate have nothing that a right could be limited to. */
const EVERYTHING = ['*'];

/** What `settings` ask for, and no more. The bucket's key is allowed with the other objects. */
export const allowSpeech = ({ role }: ServiceFunction, bucket: IBucket, settings: Settings): void => {
  const allow = (actions: string[], resources: string[]): unknown => role.addToPolicy(new PolicyStatement({ actions, resources }));
  if (settings.speech === 'polly') allow(['polly:SynthesizeSpeech'], EVERYTHING);
  if (settings.translate === 'amazon') allow(['translate:TranslateText'], EVERYTHING);
  const kept = speechArns(bucket, settings);
  if (kept.length > 0) allow(['s3:GetObject', 's3:PutObject'], kept);
};
