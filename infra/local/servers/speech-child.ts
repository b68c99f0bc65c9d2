// The process that speaks on this machine: eSpeak NG and encoders in WebAssembly, packages of the development machine alone. eSpeak NG is
// under GPL-3.0-or-later; it runs in this process only, and nothing of it is deployed. See docs/decisions/0022-speech.md.
import type { SpeechFormat } from '../../../functions/core/speech/speech-ports.ts';
import type { SpeechJob, SpeechOutcome } from './speech-messages.ts';

/** By eSpeak's own way of counting, which comes to a quarter more in English: about SPEAKING_WORDS_PER_MINUTE. Its default of 175 is hasty. */
const WORDS_PER_MINUTE = 130;
const MP3_KBPS = 48;
const OGG_QUALITY = 3;

/** The 16-bit mono samples of a WAV file, and their rate in Hz. */
type Sound = { samples: Float32Array; hertz: number };

const FULL_SCALE = 32_768;
const BYTES_PER_SAMPLE = 2;
/** Of what eSpeak writes: http://soundfile.sapp.org/doc/WaveFormat/ */
const WAV = { rateAt: 24, bitsAt: 34, dataAt: 44, channelsAt: 22 };

const readWav = (wav: Uint8Array): Sound => {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength);
  if (wav.length < WAV.dataAt || view.getUint16(WAV.bitsAt, true) !== 16 || view.getUint16(WAV.channelsAt, true) !== 1) {
    throw new Error('eSpeak wrote no 16-bit mono WAV');
  }
  const count = Math.floor((wav.length - WAV.dataAt) / BYTES_PER_SAMPLE);
  const samples = Float32Array.from({ length: count }, (_, at) => view.getInt16(WAV.dataAt + at * BYTES_PER_SAMPLE, true) / FULL_SCALE);
  return { samples, hertz: view.getUint32(WAV.rateAt, true) };
};

const speak = async (ssml: string, voice: string): Promise<Sound> => {
  const { default: espeakNg } = await import('espeak-ng');
  const said: string[] = [];
  const { FS } = await espeakNg({
    arguments: ['-v', voice, '-m', '-s', String(WORDS_PER_MINUTE), '-w', 'out.wav', '-f', 'in.ssml'],
    preRun: [(module) => module.FS.writeFile('in.ssml', ssml)],
    print: (line) => void said.push(line),
    printErr: (line) => void said.push(line),
  });
  try {
    return readWav(FS.readFile('out.wav'));
  } catch (thrown) {
    throw new Error(`eSpeak gave no audio: ${said[0] ?? String(thrown)}`, { cause: thrown });
  }
};

const encode = async ({ samples, hertz }: Sound, format: SpeechFormat): Promise<Uint8Array> => {
  const { createMp3Encoder, createOggEncoder } = await import('wasm-media-encoders');
  const common = { sampleRate: hertz, channels: 1 } as const;
  const encoder = format === 'mp3' ? await createMp3Encoder() : await createOggEncoder();
  if (encoder.mimeType === 'audio/mpeg') encoder.configure({ ...common, bitrate: MP3_KBPS });
  else encoder.configure({ ...common, vbrQuality: OGG_QUALITY });
  // each answer is a view of the encoder's own memory
  const begin = encoder.encode([samples]).slice();
  const end = encoder.finalize().slice();
  return Buffer.concat([begin, end]);
};

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_MODULE_NOT_FOUND';

const outcomeOf = async ({ id, ssml, voice, format }: SpeechJob): Promise<SpeechOutcome> => {
  try {
    return { id, audio: await encode(await speak(ssml, voice), format) };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { id, failed: isMissing(thrown) ? 'missing' : 'broken', message };
  }
};

let last: Promise<void> = Promise.resolve();
process.channel?.ref();
process.on('message', (job: SpeechJob) => {
  last = last.then(async () => void process.send?.(await outcomeOf(job)));
});
