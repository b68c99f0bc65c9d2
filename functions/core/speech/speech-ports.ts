// What speaking needs from outside, and what is spoken.

/** Formats of audio that can be asked for. */
export const SPEECH_FORMATS = ['mp3', 'ogg'] as const;

/** An entry of `SPEECH_FORMATS`. */
export type SpeechFormat = (typeof SPEECH_FORMATS)[number];

/** Content type of each format; ogg is Ogg Vorbis. */
export const SPEECH_TYPES: Readonly<Record<SpeechFormat, string>> = { mp3: 'audio/mpeg', ogg: 'audio/ogg' };

/** A voice of an engine; `lang` is the BCP 47 tag with region that it speaks. */
export type Voice = { id: string; lang: string };

/** Audio of one request. */
export type SpokenAudio = { bytes: Uint8Array; contentType: string };

/** Most characters of one request: `billed` without tags, `ssml` with them. */
export type SpeechBounds = { billed: number; ssml: number };

/** Something that speaks SSML of the tags speak, p, break, sub and lang. */
export type SpeechEngine = {
  /** goes into the names of cached audio: another name when the same text sounds otherwise */
  readonly name: string;
  /** BCP 47 tags of the languages that have a voice */
  readonly languages: readonly string[];
  readonly bounds: SpeechBounds;
  /** the voice for a BCP 47 tag: of the same region where there is one, else of the language */
  voiceFor(lang: string): Voice | undefined;
  /** @throws RequestError SPEECH_OFF when there is no engine behind it; CodedError UNAVAILABLE, INTERNAL, also when it gives no audio */
  speak(request: { ssml: string; voice: Voice; format: SpeechFormat }): Promise<SpokenAudio>;
};

/** A stretch of text as it is written; `alias` is what is said for it, `lang` (BCP 47) only where it differs from the whole. */
export type SpeechPart = { text: string; alias?: string; lang?: string };

/** A text that can be spoken. */
export type SpokenText = { lang: string; paragraphs: readonly (readonly SpeechPart[])[] };

/** Why there is nothing to say, in one line for people. */
export type Silence = { silent: string };
