// The variables of the processes: what AWS sets, what the template says, and where AWS is on this machine.
import type { FunctionPlan } from './compute.ts';
import { HERE } from './template.ts';

/** The one pair of keys on this machine. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** Addresses of the embedded servers. */
export type Endpoints = { s3: string; sqs: string; dynamodb: string; eventbridge: string; polly: string };

/** Settings for AWS clients in this process. */
export const clientSettings = (endpoint: string) => ({ endpoint, region: HERE.region, credentials: CREDENTIALS });

/** By these the AWS SDK finds the embedded servers. */
export const awsEnvironment = ({ s3, sqs, dynamodb, eventbridge, polly }: Endpoints): Record<string, string> => ({
  AWS_REGION: HERE.region,
  AWS_DEFAULT_REGION: HERE.region,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWS_ENDPOINT_URL_S3: s3,
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_EVENTBRIDGE: eventbridge,
  AWS_ENDPOINT_URL_POLLY: polly,
  // nothing translates here, and what is said here must not leave the machine: the speech server refuses it
  AWS_ENDPOINT_URL_TRANSLATE: polly,
});

/**
 * What Lambda sets for a function, besides the function's own variables.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const lambdaEnvironment = ({ name, handler, folder, memoryMb }: FunctionPlan): Record<string, string> => ({
  TZ: 'UTC',
  LANG: 'en_US.UTF-8',
  _HANDLER: handler,
  LAMBDA_TASK_ROOT: folder,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_FORMAT: 'JSON',
});
