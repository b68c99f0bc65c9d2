// Bodies in `aws-chunked` encoding: chunks with a length (and a signature, if signed), then trailing headers.
import { createHash } from 'node:crypto';
import { S3Error } from './s3-error.ts';
import { type SignedSeed, sameSignature, signatureOf } from './signature.ts';

const MAX_LINE_BYTES = 8 * 1024;
const NOTHING = createHash('sha256').digest('hex');

/** Headers after the body, by lower-case name. */
export type Trailers = Map<string, string>;

type Source = { line(): Promise<string>; some(max: number): Promise<Buffer> };

const incomplete = (): S3Error =>
  new S3Error('IncompleteBody', 'The request body terminated unexpectedly, or its chunks are not as they should be.');

const sourceOf = (body: AsyncIterable<Buffer>): Source => {
  const iterator = body[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const next = await iterator.next();
    if (next.done) throw incomplete();
    return next.value;
  };
  return {
    line: async () => {
      let end = rest.indexOf('\r\n');
      while (end < 0) {
        if (rest.length > MAX_LINE_BYTES) throw incomplete();
        rest = Buffer.concat([rest, await more()]);
        end = rest.indexOf('\r\n');
      }
      const line = rest.toString('latin1', 0, end);
      rest = rest.subarray(end + 2);
      return line;
    },
    some: async (max) => {
      while (rest.length === 0) rest = await more();
      const taken = rest.subarray(0, max);
      rest = rest.subarray(taken.length);
      return taken;
    },
  };
};

/** Verifies the chain of signatures over chunks and trailers. */
const chunkSignatures = (seed: SignedSeed) => {
  let previous = seed.signature;
  return (kind: 'PAYLOAD' | 'TRAILER', signature: string, hashes: readonly string[]): void => {
    const expected = signatureOf(seed.key, [`AWS4-HMAC-SHA256-${kind}`, seed.date, seed.scope, previous, ...hashes].join('\n'));
    if (!sameSignature(expected, signature)) throw new S3Error('SignatureDoesNotMatch', 'The signature of a chunk does not match.');
    previous = signature;
  };
};

const readTrailers = async (source: Source, trailers: Trailers): Promise<void> => {
  for (;;) {
    const line = await source.line();
    if (line === '') return;
    const at = line.indexOf(':');
    if (at < 1) throw incomplete();
    trailers.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
};

const checkTrailers = (trailers: Trailers, check: ReturnType<typeof chunkSignatures>): void => {
  const signed = [...trailers].filter(([name]) => name !== 'x-amz-trailer-signature').map(([name, value]) => `${name}:${value}\n`);
  check('TRAILER', trailers.get('x-amz-trailer-signature') ?? '', [createHash('sha256').update(signed.join('')).digest('hex')]);
};

type ChunkHead = { bytes: number; signature: string };

const readHead = async (source: Source): Promise<ChunkHead> => {
  const [, size, signature] = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(await source.line()) ?? [];
  if (size === undefined) throw incomplete();
  return { bytes: Number.parseInt(size, 16), signature: signature ?? '' };
};

async function* readChunk(source: Source, head: ChunkHead, check: ReturnType<typeof chunkSignatures> | undefined): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for (let left = head.bytes; left > 0; ) {
    const bytes = await source.some(left);
    left -= bytes.length;
    if (check) hash.update(bytes);
    yield bytes;
  }
  check?.('PAYLOAD', head.signature, [NOTHING, hash.digest('hex')]);
}

/**
 * The content of an encoded body; fills `trailers` at its end. With `seed` every chunk must be signed.
 * @throws S3Error IncompleteBody, SignatureDoesNotMatch
 */
export async function* unchunked(body: AsyncIterable<Buffer>, trailers: Trailers, seed?: SignedSeed): AsyncGenerator<Buffer> {
  const source = sourceOf(body);
  const check = seed && chunkSignatures(seed);
  let head = await readHead(source);
  while (head.bytes > 0) {
    yield* readChunk(source, head, check);
    if ((await source.line()) !== '') throw incomplete();
    head = await readHead(source);
  }
  check?.('PAYLOAD', head.signature, [NOTHING, NOTHING]);
  await readTrailers(source, trailers);
  if (check && trailers.size > 0) checkTrailers(trailers, check);
}
