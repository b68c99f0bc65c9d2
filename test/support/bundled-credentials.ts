// A program that a test bundles: how the AWS SDK finds credentials in a bundle.
import { S3Client } from '@aws-sdk/client-s3';

/** What is found: the id of the key, or why there is none. */
export const handler = async (): Promise<{ id: string }> => {
  const { accessKeyId } = await new S3Client({ region: 'eu-west-1' }).config.credentials();
  return { id: accessKeyId };
};
