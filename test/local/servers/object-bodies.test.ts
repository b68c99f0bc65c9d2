// Bodies as clients send them: streams with trailing checksums, multipart, curl; and bodies that are not what they claim to be.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import {
  type ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect, it } from 'vitest';
import { type RunningObjects, startObjects, temporaryFolder } from '../../support/object-servers.ts';

const MIB = 1024 * 1024;
const Bucket = 'plain';

const read = async ({ client }: RunningObjects, Key: string): Promise<Buffer> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

const filesOf = ({ folder }: RunningObjects): string[] =>
  readdirSync(join(folder, 'content'), { recursive: true, encoding: 'utf8' }).filter((name) => name.length > 2);

describe('bodies', () => {
  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as ChecksumAlgorithm[])(
    'arrive as streams with a trailing %s',
    async (name) => {
      const running = await startObjects();
      const body = randomBytes(3 * MIB + 17);
      const Body = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)], { objectMode: false });
      const answer = await running.client.send(
        new PutObjectCommand({ Bucket, Key: 'k', Body, ContentLength: body.length, ChecksumAlgorithm: name }),
      );
      expect(answer.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
      // the client checks the checksum of what it reads
      expect((await read(running, 'k')).equals(body)).toBe(true);
      expect(running.changes).toMatchObject([{ size: body.length }]);
    },
  );

  it('arrive in parts', async () => {
    const running = await startObjects();
    const body = randomBytes(12 * MIB);
    const parts = [body.subarray(0, 5 * MIB), body.subarray(5 * MIB, 10 * MIB), body.subarray(10 * MIB)];
    const answer = await new Upload({
      client: running.client,
      params: { Bucket, Key: 'k', Body: Readable.from(body, { objectMode: false }) },
    }).done();
    const md5s = Buffer.concat(parts.map((part) => createHash('md5').update(part).digest()));
    expect(answer.ETag).toBe(`"${createHash('md5').update(md5s).digest('hex')}-3"`);
    expect((await read(running, 'k')).equals(body)).toBe(true);
    const Range = `bytes=${5 * MIB - 2}-${5 * MIB + 1}`;
    const middle = await running.client.send(new GetObjectCommand({ Bucket, Key: 'k', Range }));
    expect(Buffer.from((await middle.Body?.transformToByteArray()) ?? []).equals(body.subarray(5 * MIB - 2, 5 * MIB + 2))).toBe(true);
    expect(running.changes).toMatchObject([{ key: 'k', size: body.length }]);
  });

  it('in parts are listed, replaced, checked, completed twice and cleaned up', async () => {
    const running = await startObjects();
    const { client } = running;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k', ChecksumAlgorithm: 'CRC64NVME' }));
    const upload = { Bucket, Key: 'k', UploadId };
    const send = (PartNumber: number, Body: string) =>
      client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: 'CRC64NVME' }));
    await send(1, 'old');
    const one = await send(1, 'small');
    const two = await send(2, 'last');
    const listed = await client.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 5],
      [2, 4],
    ]);
    const complete = (...Parts: { PartNumber: number; ETag: string | undefined }[]) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    const [first, second] = [one, two].map(({ ETag }, at) => ({ PartNumber: at + 1, ETag }));
    if (!first || !second) throw new Error('no parts');
    await expect(complete(first, second)).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete(second, first)).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete({ ...second, ETag: '"x"' })).rejects.toMatchObject({ name: 'InvalidPart' });
    const done = await complete(second);
    expect(await complete(second)).toMatchObject({ ETag: done.ETag, ChecksumCRC64NVME: done.ChecksumCRC64NVME });
    expect((await read(running, 'k')).toString()).toBe('last');
    expect(filesOf(running)).toHaveLength(1);
    expect(running.changes).toHaveLength(1);
  });

  it('arrive from curl', async ({ skip }) => {
    const running = await startObjects();
    const file = join(temporaryFolder(), 'photo.jpg');
    writeFileSync(file, randomBytes(2 * MIB));
    const run = promisify(execFile);
    const curl = await run('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '-T', file, `${running.url}/plain/up%20load/`]).catch(
      (thrown: { code?: string }) => (thrown.code === 'ENOENT' ? undefined : Promise.reject(thrown)),
    );
    if (curl === undefined) return skip('there is no curl here');
    expect(curl.stdout).toBe('200');
    expect(running.changes).toMatchObject([{ key: 'up load/photo.jpg', size: 2 * MIB }]);
  });
});

const putRaw = async (url: string, headers: string[], body: string): Promise<string> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const length = headers.some((header) => /^(content-length|transfer-encoding)/i.test(header)) ? [] : [`Content-Length: ${body.length}`];
  socket.write([`PUT /plain/k HTTP/1.1`, 'Host: 127.0.0.1', ...headers, ...length, '', body].join('\r\n'));
  // a body that is shorter than announced ends with the connection
  if (headers.includes(SHORT)) socket.end();
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
    // the server keeps the connection; the answer is all that is wanted
    if (answer.includes('\r\n\r\n')) socket.destroy();
  });
  await once(socket, 'close');
  return answer.split('\r\n')[0] ?? '';
};

const SHORT = 'Content-Length: 10';
const CHUNKED = ['x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-trailer: x-amz-checksum-crc32'];
const OF_HELLO = { md5: 'XUFAKrxLKna5cZ2REBfFkg==', crc32: 'NhCmhg==' };

const decoded = (bytes: number): string[] => [...CHUNKED, `x-amz-decoded-content-length: ${bytes}`];
const chunks = (crc32: string): string => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc32}\r\n\r\n`;

describe('bodies that are not what they claim to be are refused and leave nothing:', () => {
  it.each([
    ['too short', [SHORT], 'hello', 400],
    ['of another MD5', ['Content-MD5: AAAAAAAAAAAAAAAAAAAAAA=='], 'hello', 400],
    ['of another SHA-256', [`x-amz-content-sha256: ${'0'.repeat(64)}`], 'hello', 400],
    ['of another checksum', ['x-amz-checksum-sha256: AAAA'], 'hello', 400],
    ['of an unknown checksum', ['x-amz-checksum-xxhash3: AAAA'], 'hello', 501],
    ['of no length', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n', 411],
    ['too large', [`Content-Length: ${5 * 1024 ** 3 + 1}`], '', 400],
    ['chunks longer than announced', decoded(3), chunks(OF_HELLO.crc32), 400],
    ['chunks shorter than announced', decoded(9), chunks(OF_HELLO.crc32), 400],
    ['without the trailer', decoded(5), '5\r\nhello\r\n0\r\n\r\n', 400],
    ['with a wrong trailer', decoded(5), chunks('AAAAAA=='), 400],
    ['no chunks at all', decoded(5), 'hello', 400],
  ])('%s', async (_, headers, body, status) => {
    const running = await startObjects();
    expect(await putRaw(running.url, headers, body)).toContain(`HTTP/1.1 ${status}`);
    expect(running.server.list(Bucket)).toEqual([]);
    expect(running.changes).toEqual([]);
    await expect.poll(() => filesOf(running)).toEqual([]);
  });

  it('but good ones are taken', async () => {
    const running = await startObjects();
    expect(await putRaw(running.url, [`Content-MD5: ${OF_HELLO.md5}`], 'hello')).toContain('200');
    expect(await putRaw(running.url, decoded(5), chunks(OF_HELLO.crc32))).toContain('200');
    expect((await read(running, 'k')).toString()).toBe('hello');
    await expect.poll(() => filesOf(running)).toHaveLength(1);
  });
});
