// Listens to audio with decoders that are independent of what has encoded it.
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import { MPEGDecoder } from 'mpg123-decoder';

/** What is heard: seconds in all, root mean square of the samples (full scale 1), and seconds before and after the first and last sound. */
export type Heard = { seconds: number; rms: number; silenceBefore: number; silenceAfter: number; samples: Float32Array };

/** Samples quieter than this are silence. */
const QUIET = 0.01;

type Decoded = { channelData: Float32Array[]; sampleRate: number; errors: unknown[] };

const decoded = async (bytes: Uint8Array, contentType: string): Promise<Decoded> => {
  const decoder = contentType === 'audio/mpeg' ? new MPEGDecoder() : new OggVorbisDecoder();
  await decoder.ready;
  try {
    return 'decodeFile' in decoder ? await decoder.decodeFile(bytes) : decoder.decode(bytes);
  } finally {
    decoder.free();
  }
};

/** Decodes one file of audio. @throws Error when the decoder finds anything wrong with it */
export const listen = async (bytes: Uint8Array, contentType: string): Promise<Heard> => {
  const { channelData, sampleRate, errors } = await decoded(bytes, contentType);
  const [samples = new Float32Array()] = channelData;
  if (errors.length > 0) throw new Error(`the decoder found ${errors.length} errors`);
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
  const first = samples.findIndex((sample) => Math.abs(sample) > QUIET);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > QUIET);
  return {
    seconds: samples.length / sampleRate,
    rms,
    silenceBefore: (first < 0 ? samples.length : first) / sampleRate,
    silenceAfter: (samples.length - last - 1) / sampleRate,
    samples,
  };
};
