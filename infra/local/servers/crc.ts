// CRC-32C and CRC-64/NVME, which Node does not have (its zlib has CRC-32).

const BYTE_VALUES = 256;
const CRC32C_POLYNOMIAL = 0x82f63b78;
const CRC64_POLYNOMIAL_HIGH = 0x9a6c9329;
const CRC64_POLYNOMIAL_LOW = 0xac4bc9b5;

const CRC32C_TABLE = Uint32Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
  return value;
});

/** CRC-32C of `bytes`, going on from `before` (0 at the start). */
export const crc32c = (bytes: Uint8Array, before: number): number => {
  let value = ~before;
  for (let at = 0; at < bytes.length; at++) value = (CRC32C_TABLE[(value ^ (bytes[at] as number)) & 0xff] as number) ^ (value >>> 8);
  return ~value >>> 0;
};

const CRC64_HIGH = new Uint32Array(BYTE_VALUES);
const CRC64_LOW = new Uint32Array(BYTE_VALUES);
for (let byte = 0; byte < BYTE_VALUES; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | ((high & 1) << 31);
    high >>>= 1;
    if (odd) {
      high ^= CRC64_POLYNOMIAL_HIGH;
      low ^= CRC64_POLYNOMIAL_LOW;
    }
  }
  CRC64_HIGH[byte] = high;
  CRC64_LOW[byte] = low;
}

/** A CRC-64 as two halves of 32 bits. */
export type Crc64 = { high: number; low: number };

/** CRC-64/NVME of `bytes`, going on from `before` (both halves 0 at the start). */
export const crc64Nvme = (bytes: Uint8Array, before: Crc64): Crc64 => {
  let high = ~before.high;
  let low = ~before.low;
  for (let at = 0; at < bytes.length; at++) {
    const index = (low ^ (bytes[at] as number)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (CRC64_LOW[index] as number);
    high = (high >>> 8) ^ (CRC64_HIGH[index] as number);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
};
