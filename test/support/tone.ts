// A short tone as a WAV file, which browsers play without any codec.

const RATE = 8_000;
const HEADER_BYTES = 44;
const HERTZ = 440;
const LOUD = 8_000;

/** `seconds` of a tone: 16-bit mono PCM. */
export const tone = (seconds: number): Uint8Array => {
  const samples = Math.round(RATE * seconds);
  const file = Buffer.alloc(HEADER_BYTES + 2 * samples);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(HEADER_BYTES - 8 + 2 * samples, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(2 * RATE, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(2 * samples, 40);
  for (let at = 0; at < samples; at += 1)
    file.writeInt16LE(Math.round(LOUD * Math.sin((2 * Math.PI * HERTZ * at) / RATE)), HEADER_BYTES + 2 * at);
  return file;
};
