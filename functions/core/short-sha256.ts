// SHA-256 (FIPS 180-4) of short texts without waiting: WebCrypto's takes a turn of the event loop and a trip to another thread, which
// costs twenty times as much for a key. For pictures use sha256.ts.

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;
const WORD_BYTES = 4;
const ROUNDS = 64;
const BITS_PER_BYTE = 8;
const END_MARK = 0x80;

const isPrime = (number: number): boolean => {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
};

/** First 32 bits of the fraction. */
const fractionBits = (number: number): number => (number % 1) * 2 ** 32;

const LAST_PRIME = 311;
const PRIMES = Array.from({ length: LAST_PRIME - 1 }, (_, at) => at + 2).filter(isPrime);
const ROUND_CONSTANTS = Uint32Array.from(PRIMES, (prime) => fractionBits(Math.cbrt(prime)));
const START = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));

const turned = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** The bytes, an end mark, zeros, and the length in bits: whole blocks. */
const padded = (bytes: Uint8Array): DataView => {
  const blocks = Math.ceil((bytes.length + 1 + LENGTH_BYTES) / BLOCK_BYTES);
  const all = new Uint8Array(blocks * BLOCK_BYTES);
  all.set(bytes);
  all[bytes.length] = END_MARK;
  const view = new DataView(all.buffer);
  view.setBigUint64(all.length - LENGTH_BYTES, BigInt(bytes.length) * BigInt(BITS_PER_BYTE));
  return view;
};

const expand = (words: Uint32Array, block: DataView, from: number): void => {
  for (let at = 0; at < BLOCK_BYTES / WORD_BYTES; at++) words[at] = block.getUint32(from + at * WORD_BYTES);
  for (let at = BLOCK_BYTES / WORD_BYTES; at < ROUNDS; at++) {
    const [early, late] = [words[at - 15] ?? 0, words[at - 2] ?? 0];
    const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[at] = (words[at - 16] ?? 0) + first + (words[at - 7] ?? 0) + second;
  }
};

const compress = (state: Uint32Array, words: Uint32Array): void => {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < ROUNDS; at++) {
    const choice = (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g));
    const mixed = (h + choice + (ROUND_CONSTANTS[at] ?? 0) + (words[at] ?? 0)) | 0;
    const majority = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + mixed) | 0, c, b, a, (mixed + majority) | 0];
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = (state[at] ?? 0) + value;
};

/** The 32 bytes of the digest. */
export const shortSha256 = (bytes: Uint8Array): Uint8Array => {
  const state = Uint32Array.from(START);
  const words = new Uint32Array(ROUNDS);
  const blocks = padded(bytes);
  for (let from = 0; from < blocks.byteLength; from += BLOCK_BYTES) {
    expand(words, blocks, from);
    compress(state, words);
  }
  const digest = new DataView(new ArrayBuffer(state.length * WORD_BYTES));
  for (const [at, word] of state.entries()) digest.setUint32(at * WORD_BYTES, word);
  return new Uint8Array(digest.buffer);
};
