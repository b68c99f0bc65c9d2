// MP3 of several requests as one file: frames of MPEG audio stand for themselves, but what encoders write before them tells the length of
// the one file (Xing, Info and VBRI headers, ID3 tags), so it is left out. ISO 11172-3, 2.4.1; ID3v2.4, 3.1.

import { joinedBytes } from '../joined-bytes.ts';

const ID3_BYTES = 10;
const ID3_SIZE_AT = 6;
const SYNC_BYTE = 0xff;
const SYNC_BITS = 0xe0;
/** Of a frame: where a header about the whole file can be. */
const INFO_WITHIN = 40;
const INFO_NAMES = ['Xing', 'Info', 'VBRI'];

const kbps = (...rates: number[]): readonly number[] => [0, ...rates];
/** Bit rates of layer III in kbit/s, by index. */
const BIT_RATES = {
  mpeg1: kbps(32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
  mpeg2: kbps(8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
};
/** Sample rates in Hz, by version bits (0: MPEG 2.5, 2: MPEG 2, 3: MPEG 1) and index. */
const SAMPLE_RATES: Readonly<Record<number, readonly number[]>> = {
  0: [11_025, 12_000, 8_000],
  2: [22_050, 24_000, 16_000],
  3: [44_100, 48_000, 32_000],
};
const MPEG_1 = 3;
/** Bytes of a frame for each kbit/s and Hz: samples of a frame / 8, times 1,000. */
const FRAME_FACTOR = { mpeg1: 144_000, mpeg2: 72_000 };

const wordAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

/** Bytes of an ID3v2 tag at the start, whose size is written in bytes of 7 bits. */
const tagBytes = (bytes: Uint8Array): number => {
  if (!wordAt(bytes, 0).startsWith('ID3')) return 0;
  const size = bytes.subarray(ID3_SIZE_AT, ID3_BYTES).reduce((sum, byte) => sum * 128 + byte, 0);
  return ID3_BYTES + size;
};

/** Bytes of the frame whose header stands at `at`; 0 when none does. */
const frameBytes = (bytes: Uint8Array, at: number): number => {
  const [sync = 0, version = 0, rates = 0] = bytes.subarray(at, at + 3);
  if (sync !== SYNC_BYTE || (version & SYNC_BITS) !== SYNC_BITS) return 0;
  const id = (version >> 3) & 3;
  const kind = id === MPEG_1 ? 'mpeg1' : 'mpeg2';
  const rate = BIT_RATES[kind][rates >> 4] ?? 0;
  const hertz = SAMPLE_RATES[id]?.[(rates >> 2) & 3] ?? 0;
  const padding = (rates >> 1) & 1;
  return rate === 0 || hertz === 0 ? 0 : Math.floor((FRAME_FACTOR[kind] * rate) / hertz) + padding;
};

const tellsOfFile = (frame: Uint8Array): boolean => {
  const head = String.fromCharCode(...frame.subarray(0, INFO_WITHIN));
  return INFO_NAMES.some((name) => head.includes(name));
};

/** The frames that sound: without a tag before them and without a first frame that tells of the whole file. */
export const soundingFrames = (mp3: Uint8Array): Uint8Array => {
  const start = tagBytes(mp3);
  const first = frameBytes(mp3, start);
  const skipped = first > 0 && tellsOfFile(mp3.subarray(start, start + first)) ? first : 0;
  return mp3.subarray(start + skipped);
};

/** One file of several; a single one stays as it is. */
export const joinMp3 = (files: readonly Uint8Array[]): Uint8Array => {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only;
  return joinedBytes(files.map(soundingFrames));
};
