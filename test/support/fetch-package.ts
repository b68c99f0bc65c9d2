// Fetches a package from a bucket in a process of its own, for tests that kill it: endpoint, bucket, prefix, digest, folder.
import { s3Client } from '../../functions/adapters/aws/s3-objects.ts';
import { fetchPackage } from '../../functions/adapters/model/bucket-package.ts';

const [endpoint = '', bucket = '', prefix = '', digest = '', folder = ''] = process.argv.slice(2);
const client = s3Client('us-east-1', { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
process.stdout.write('begins\n');
await fetchPackage({ client, bucket, prefix, digest }, folder);
client.destroy();
