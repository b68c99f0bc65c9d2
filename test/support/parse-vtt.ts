// A strict reader of WebVTT files as authors may write them: https://www.w3.org/TR/webvtt1/#syntax (and of no more than tracks of descriptions need).

/** A cue; the text with its character references read. */
export type Cue = { id?: string; startMs: number; endMs: number; text: string };

const BLOCK = /^(?:(?<id>[^\n]+)\n)?(?<start>\S+) --> (?<end>\S+)\n(?<text>[^\n]+(?:\n[^\n]+)*)$/;
const TIME = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/;

const timeOf = (written: string): number => {
  const [, hours = '0', minutes, seconds, ms] = TIME.exec(written) ?? [];
  if (minutes === undefined) throw new Error(`Expected a WebVTT time but received "${written}"`);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(ms);
};

const REFERENCES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

const textOf = (written: string): string => {
  if (/[<>]|&(?!(?:amp|lt|gt);)/.test(written)) throw new Error(`Expected text without markup but received "${written}"`);
  return written.replace(/&\w+;/g, (reference) => REFERENCES[reference] ?? reference);
};

const cueOf = (block: string): Cue => {
  const { id, start = '', end = '', text = '' } = BLOCK.exec(block)?.groups ?? {};
  if (start === '' || id?.includes('-->') || text.includes('-->')) throw new Error(`Expected a cue but received "${block}"`);
  return { ...(id !== undefined && { id }), startMs: timeOf(start), endMs: timeOf(end), text: textOf(text) };
};

/** The cues, in the order of their times. @throws Error for what is not valid */
export const parseVtt = (file: string): Cue[] => {
  const [head = '', ...blocks] = file.replace(/\n$/, '').split(/\n{2,}/);
  if (!/^WEBVTT(?:[ \t][^\n]*)?$/.test(head) || /\r|\0/.test(file)) throw new Error('Expected a WebVTT file');
  if (file !== `${head}\n` && !file.startsWith(`${head}\n\n`)) throw new Error('Expected an empty line after the head');
  const cues = blocks.map(cueOf);
  for (const [i, { startMs, endMs, id }] of cues.entries()) {
    if (endMs <= startMs || startMs < (cues[i - 1]?.startMs ?? 0)) throw new Error(`Expected times in order but received cue ${id ?? i}`);
  }
  if (new Set(cues.map(({ id }, i) => id ?? `without ${i}`)).size < cues.length) throw new Error('Expected each id once');
  return cues;
};
