// A local run in a process of its own, for tests that kill it. Prints its processes and addresses as JSON, then runs until it is ended.
import { startForTest } from './local-service.ts';

const [dataFolder = ''] = process.argv.slice(2);
const { service } = await startForTest({ dataFolder });
process.stdout.write(`${JSON.stringify({ apiUrl: service.apiUrl, s3Url: service.s3Url, bucket: service.bucket, ...service.pids() })}\n`);
