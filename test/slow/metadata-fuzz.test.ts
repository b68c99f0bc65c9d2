// Broken files: each is refused with a reason, or gets a copy that reads right; never anything else, and the file itself is never changed.
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyWithTexts, fileTextWriter } from '../../functions/adapters/metadata/file-text-writer.ts';
import { embeddedTexts } from '../../functions/adapters/model/xmp.ts';
import { CodedError } from '../../functions/core/errors.ts';
import { type EmbedFile, embedFiles, TEXTS } from '../support/embed-files.ts';
import { type Random, randomFrom, whole } from '../support/random.ts';

const SEED = 20_261_126;
/** Broken files of each kind whose structure is read, and of these how many are decoded as well. */
const EACH = 80;
const DECODED = 12;
/** Thousands of files on a busy machine. */
const TIMEOUT_MS = 300_000;
/** Where most formats keep what they are made of. */
const HEAD_BYTES = 420;

const HOSTILE = [0, 1, 0x7f, 0x80, 0xff];

const place = (random: Random, bytes: Uint8Array): number =>
  whole(random, random() < 0.6 ? Math.min(HEAD_BYTES, bytes.length) : bytes.length);

const BREAKS: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => bytes.subarray(0, whole(random, bytes.length)),
  (bytes, random) => {
    for (let flips = 1 + whole(random, 8); flips > 0; flips -= 1) {
      const at = place(random, bytes);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << whole(random, 8));
    }
    return bytes;
  },
  (bytes, random) => {
    const at = place(random, bytes);
    return bytes.fill(HOSTILE[whole(random, HOSTILE.length)] ?? 0, at, Math.min(bytes.length, at + 1 + whole(random, 4)));
  },
  (bytes, random) => {
    const [from, to] = [place(random, bytes), place(random, bytes)];
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(Math.min(from, to), Math.max(from, to)), bytes.subarray(to)]);
  },
];

const broken = ({ bytes }: EmbedFile, random: Random): Buffer => {
  const change = BREAKS[whole(random, BREAKS.length)] ?? BREAKS[0];
  return change?.(Buffer.from(bytes), random) ?? Buffer.alloc(0);
};

let files: EmbedFile[];
beforeAll(async () => {
  files = await embedFiles();
});

const outcome = <T>(run: () => T): T | CodedError => {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof CodedError) return thrown;
    throw thrown;
  }
};

describe('a broken file', { timeout: TIMEOUT_MS }, () => {
  it('is refused with a reason, or keeps everything but its packet', () => {
    const random = randomFrom(SEED);
    const seen = { refused: 0, written: 0 };
    for (const file of files) {
      for (let i = 0; i < EACH; i += 1) {
        const bytes = broken(file, random);
        const before = Buffer.from(bytes);
        const result = outcome(() => copyWithTexts(bytes, file.format, TEXTS));
        if (result instanceof CodedError) {
          // what we write ourselves must never be what is wrong
          expect({ name: file.name, i, code: result.code }).not.toMatchObject({ code: 'INTERNAL' });
          seen.refused += 1;
        } else {
          const again = outcome(() => copyWithTexts(result, file.format, TEXTS));
          expect(again).toBeInstanceOf(Uint8Array);
          seen.written += 1;
        }
        expect(before.equals(bytes)).toBe(true);
      }
    }
    // both happen, or the test tries nothing
    expect(seen.refused).toBeGreaterThan(200);
    expect(seen.written).toBeGreaterThan(200);
  });

  it('gives its texts back where it can be decoded', async () => {
    const random = randomFrom(SEED + 1);
    const seen = { refused: 0, written: 0 };
    for (const file of files) {
      for (let i = 0; i < DECODED; i += 1) {
        const bytes = broken(file, random);
        const result = await fileTextWriter.copyWith(bytes, file.format, TEXTS).catch((thrown: unknown) => thrown);
        if (result instanceof Uint8Array) {
          const { xmp } = await sharp(result).metadata();
          expect(embeddedTexts(xmp).alt?.text).toBe('A dog & a <cat> "sit", ]]> 5 > 3.');
          seen.written += 1;
        } else {
          expect(result).toBeInstanceOf(CodedError);
          seen.refused += 1;
        }
      }
    }
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.written).toBeGreaterThan(50);
  });
});
