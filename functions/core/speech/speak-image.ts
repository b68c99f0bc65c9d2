// The use case of hearing a picture's text: what is said, by which voice, and the audio, which is kept in the bucket by its content.
import { CodedError, PictureError } from '../errors.ts';
import { findImage } from '../lookup/lookup-images.ts';
import type { Lookup } from '../lookup/lookup-ports.ts';
import type { Principal } from '../lookup/principal.ts';
import { RequestError } from '../lookup/request-error.ts';
import type { CaptionRecord } from '../record/record.ts';
import { sha256Hex } from '../sha256.ts';
import { joinMp3 } from './mp3-frames.ts';
import { SPEECH_TYPES, type SpeechEngine, type SpeechFormat, type SpokenAudio, type SpokenText, type Voice } from './speech-ports.ts';
import { isSilent, type SpeechUse, speechText } from './speech-text.ts';
import { ssmlDocuments } from './ssml.ts';

/** Most bytes of audio: Lambda answers at most 6 MB (6,291,456 bytes), audio in base64, which is a third longer, and headers among them. */
export const MAX_AUDIO_BYTES = 4_600_000;

/** Most requests to the engine for one text: they run at the same time, and a function has 15 seconds. */
export const MAX_DOCUMENTS = 3;

/** Own files below the output prefix. */
const FOLDER = 'speech/';

/** What would be heard; `hash` names the audio by all that it is made of, `key` is where it is kept (undefined: nowhere). */
export type SpeechPlan = {
  record: CaptionRecord;
  spoken: SpokenText;
  engine: SpeechEngine;
  voice: Voice;
  format: SpeechFormat;
  documents: readonly string[];
  hash: string;
  key?: string;
};

/** `trouble`: why the audio could not be looked for or kept, although it is here. */
export type Heard = SpokenAudio & { trouble?: unknown };

const speechOff = (): RequestError =>
  new RequestError('SPEECH_OFF', 'speech is switched off here; deploy with the setting speech=polly to have descriptions spoken');

const voiceOf = (engine: SpeechEngine, lang: string): Voice => {
  const voice = engine.voiceFor(lang);
  if (voice !== undefined) return voice;
  throw new RequestError('LANGUAGE_NOT_SPOKEN', `no voice speaks "${lang}"; there are voices for ${engine.languages.join(', ')}`);
};

const tooLong = (what: string): RequestError => new RequestError('TEXT_TOO_LONG', `the text is too long to be spoken ${what}`);

const checkLength = (documents: readonly string[], format: SpeechFormat): void => {
  if (documents.length > MAX_DOCUMENTS) throw tooLong('in one answer; ask with field=alt');
  if (documents.length > 1 && format === 'ogg') throw tooLong('as one Ogg file; ask with format=mp3');
};

/** SHA-256 of all that the audio is made of. */
const hashOf = (engine: SpeechEngine, voice: Voice, format: SpeechFormat, documents: readonly string[]): Promise<string> =>
  sha256Hex(new TextEncoder().encode(JSON.stringify([engine.name, voice.id, voice.lang, format, documents])));

/**
 * What would be heard of a picture; nothing is spoken yet.
 * @throws RequestError SPEECH_OFF, NOT_FOUND, NOTHING_TO_SAY, LANGUAGE_NOT_SPOKEN, TEXT_TOO_LONG
 */
export const planSpeech = async (
  lookup: Lookup,
  principal: Principal,
  id: string,
  use: SpeechUse,
  format: SpeechFormat,
): Promise<SpeechPlan> => {
  const { speech: engine, settings } = lookup;
  if (engine === undefined) throw speechOff();
  const record = await findImage(lookup, principal, id);
  const spoken = speechText(record, use, settings);
  if (isSilent(spoken)) throw new RequestError('NOTHING_TO_SAY', spoken.silent);
  const voice = voiceOf(engine, spoken.lang);
  const documents = ssmlDocuments(spoken, (lang) => engine.voiceFor(lang)?.lang, engine.bounds);
  checkLength(documents, format);
  const hash = await hashOf(engine, voice, format, documents);
  const { outputPrefix } = settings.keys;
  const place = outputPrefix === '' ? {} : { key: `${outputPrefix}${FOLDER}${hash}.${format}` };
  return { record, spoken, engine, voice, format, documents, hash, ...place };
};

const NOT_KEPT = ['SOURCE_GONE', 'EMPTY'];

/** What is kept, or nothing; an object that cannot be read is told as trouble and made anew. */
const kept = async ({ objects, settings }: Lookup, { key, format }: SpeechPlan): Promise<Partial<Heard>> => {
  if (key === undefined) return {};
  try {
    const { bytes } = await objects.fetch({ bucket: settings.bucket, key }, MAX_AUDIO_BYTES);
    return { bytes, contentType: SPEECH_TYPES[format] };
  } catch (trouble) {
    return trouble instanceof PictureError && NOT_KEPT.includes(trouble.code) ? {} : { trouble };
  }
};

const spoken = async ({ engine, voice, format, documents }: SpeechPlan): Promise<SpokenAudio> => {
  const parts = await Promise.all(documents.map((ssml) => engine.speak({ ssml, voice, format })));
  if (parts.some(({ bytes }) => bytes.length === 0)) throw new CodedError('INTERNAL', 'the speech engine gave no audio');
  const bytes = joinMp3(parts.map((part) => part.bytes));
  if (bytes.length > MAX_AUDIO_BYTES) throw tooLong('in one answer; ask with field=alt');
  return { bytes, contentType: SPEECH_TYPES[format] };
};

const keep = async ({ objects, settings }: Lookup, { key, voice }: SpeechPlan, { bytes, contentType }: SpokenAudio): Promise<unknown> => {
  if (key === undefined) return undefined;
  try {
    await objects.put({ bucket: settings.bucket, key, bytes, contentType, metadata: { voice: voice.id } });
  } catch (trouble) {
    return trouble;
  }
  return undefined;
};

/**
 * The audio of a plan: what is kept, else spoken now and kept. Two that ask at once both speak, and write the same file.
 * @throws what the engine throws; CodedError INTERNAL when it gave no audio; RequestError TEXT_TOO_LONG
 */
export const hear = async (lookup: Lookup, plan: SpeechPlan): Promise<Heard> => {
  const { bytes, contentType, trouble: reading } = await kept(lookup, plan);
  if (bytes !== undefined && contentType !== undefined) return { bytes, contentType };
  const audio = await spoken(plan);
  const trouble = (await keep(lookup, plan, audio)) ?? reading;
  return trouble === undefined ? audio : { ...audio, trouble };
};
