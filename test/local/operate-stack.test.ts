// The operator's command as a process with --stack: CloudFormation and Step Functions are scripted, the rest are the local run's servers.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OPERATE_BUCKET, type OperateServers, type OpsResult, startOperateServers, startOps } from '../support/operate-servers.ts';
import { type ScriptedServer, scriptedServer } from '../support/scripted-server.ts';

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:captions-backfill';
const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

let servers: OperateServers;
let aws: ScriptedServer;
let outputs: Record<string, string>;
let folder: string;

const xmlOf = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const stackXml = (): string => {
  const members = Object.entries(outputs).map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${xmlOf(value)}</OutputValue></member>`,
  );
  const stack = `<StackName>captions</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>`;
  const result = `<DescribeStacksResult><Stacks><member>${stack}<Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult>`;
  return `<DescribeStacksResponse xmlns="${NAMESPACE}">${result}</DescribeStacksResponse>`;
};

const NO_STACK = `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>no</Message></Error></ErrorResponse>`;

beforeAll(async () => {
  servers = await startOperateServers({ maxReceives: 5, visibilityS: 30 });
  folder = mkdtempSync(join(tmpdir(), 'operate-stack-'));
  aws = await scriptedServer((response, { headers, body }) => {
    if (headers['x-amz-target'] === 'AWSStepFunctions.StartExecution') {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ executionArn: `${MACHINE}:one`, startDate: 1_700_000_000 }));
      return;
    }
    const isKnown = new URLSearchParams(body).get('StackName') === 'captions';
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'text/xml' }).end(isKnown ? stackXml() : NO_STACK);
  });
});

afterAll(async () => {
  await Promise.all([servers.close(), aws.close()]);
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  outputs = { ...servers.outputs, BackfillStateMachineArn: MACHINE };
  aws.asked.length = 0;
});

const ops = (argv: readonly string[], changes: Record<string, string> = {}): Promise<OpsResult> => {
  const { s3, sqs, dynamodb } = servers.endpoints;
  const env = {
    INIT_CWD: folder,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_SFN: aws.url,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    ...changes,
  };
  return startOps(argv, env).result;
};

describe('the operator at a stack', () => {
  it('finds everything by the outputs', async () => {
    const { code, out, err } = await ops(['status', '--stack', 'captions', '--count']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^inference dlq +0 +0 +0$/m);
    expect(out).toMatch(/^READY +0$/m);
  });

  it('starts the state machine for a backfill', async () => {
    const { code, out } = await ops(['backfill', OPERATE_BUCKET, '--stack', 'captions', '--prefix', 'in/', '--limit', '7']);
    expect({ code, out }).toEqual({ code: 0, out: `started ${MACHINE}:one\n` });
    const { body = '' } = aws.asked.at(-1) ?? {};
    const { stateMachineArn, input } = JSON.parse(body);
    expect({ stateMachineArn, input: JSON.parse(input) }).toEqual({
      stateMachineArn: MACHINE,
      input: { bucket: OPERATE_BUCKET, prefix: 'in/', limit: 7 },
    });
  });

  it('lists from here when asked, and keeps its place where it was called', async () => {
    for (const Key of ['in/1.jpg', 'in/2.jpg']) await servers.s3.send(new PutObjectCommand({ Bucket: OPERATE_BUCKET, Key, Body: Key }));
    const here = ['backfill', OPERATE_BUCKET, '--stack', 'captions', '--here'];
    expect((await ops([...here, '--limit', '1'])).out).toContain('1 object queued');
    expect(readdirSync(folder)).toEqual(['.backfill-captions.json']);
    expect((await ops([...here, '--resume'])).out).toContain('1 object queued; 1 listed');
    expect(existsSync(join(folder, '.backfill-captions.json'))).toBe(false);
    expect(servers.queues.counts('backfill').visible).toBe(2);
  });

  it.each<[string, number, string, readonly string[], Record<string, string>]>([
    ['there is no such stack', 2, 'There is no stack other in us-east-1', ['status', '--stack', 'other'], {}],
    ['no region is known', 1, 'No AWS region was found', ['status', '--stack', 'captions'], { AWS_REGION: '' }],
    [
      'no keys are known',
      1,
      'No AWS credentials were found',
      ['status', '--stack', 'captions'],
      { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    ],
    [
      'AWS does not answer',
      1,
      'CloudFormation did not answer',
      ['status', '--stack', 'captions'],
      { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:9' },
    ],
  ])('says in one line that %s', async (_, code, why, argv, changes) => {
    const result = await ops(argv, changes);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toContain(why);
    expect(result.err.trimEnd()).not.toContain('\n');
  });

  it('says in one line that the stack is of another version', async () => {
    outputs = { ApiUrl: 'https://example.com' };
    const { code, err } = await ops(['status', '--stack', 'captions']);
    expect(code).toBe(1);
    expect(err).toMatch(/^the stack captions does not tell BucketName, TableName, .*\n$/);
  });
});
