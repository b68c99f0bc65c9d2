// Reads test/fixtures/alt-cases.md: what is known about a picture and its place, and what is to be said. The file explains itself.
import { readFileSync } from 'node:fs';
import { isReason } from '../../functions/core/errors.ts';
import type { Box, Facts } from '../../functions/core/facts/facts.ts';
import type { CaptionRecord, MachineResult, Product, Text, TextKind } from '../../functions/core/record/record.ts';
import type { AltUse, Usage } from '../../functions/core/text/usages.ts';
import { sampleRecord } from './record-samples.ts';

/** One case: its section and name, and its lines by key, as they were written. */
export type AltCase = { section: string; name: string; given: ReadonlyMap<string, string> };

const AT = 1_700_000_000_000;
const FILE = new URL('../fixtures/alt-cases.md', import.meta.url);

/** Keys that a case may have. */
const KEYS = new Set(
  (
    'caption human reviewed embedded text objects people colours product abstained sure state review withheld translation usage context href max lang ' +
    'disclose neutral alt branch cut status origin answers because next reason'
  ).split(' '),
);

/** All cases of the file. @throws Error naming the case with a line that is no `- key: value` of a known key */
export const altCases = (): AltCase[] => {
  const cases: { section: string; name: string; given: Map<string, string> }[] = [];
  let section = '';
  for (const line of readFileSync(FILE, 'utf8').split('\n')) {
    if (line.startsWith('## ')) section = line.slice('## '.length);
    if (line.startsWith('### ')) cases.push({ section, name: line.slice('### '.length), given: new Map() });
    if (!line.startsWith('- ')) continue;
    const [, key = '', value = ''] = /^- (\w+): ?(.*)$/.exec(line) ?? [];
    const current = cases.at(-1);
    if (current === undefined || !KEYS.has(key)) throw new Error(`${current?.name}: expected "- key: value" but received ${line}`);
    current.given.set(key, value.trim());
  }
  return cases;
};

/** `"words" rest`: what stands in quotation marks, and after them. */
const quotation = (value: string): { words: string; rest: string } => {
  const [, words = '', rest = ''] = /^("(?:[^"\\]|\\.)*")\s*(.*)$/.exec(value) ?? [];
  return { words: JSON.parse(words), rest };
};

const listOf = (value: string, separator: string): string[] =>
  value
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');

const sureness = (rest: string): Pick<Text, 'confidence' | 'calibrated'> => {
  if (rest === 'unknown') return {};
  const [, confidence = '0.9', uncalibrated] = /^([\d.]+)?\s*(uncalibrated)?$/.exec(rest) ?? [];
  return { confidence: Number(confidence), ...(uncalibrated !== undefined && { calibrated: false }) };
};

const machineText = (value: string): Text => {
  const { words, rest } = quotation(value);
  return { text: words, lang: 'en', origin: 'machine', at: AT, model: 'm2@1.0.0', ...sureness(rest) };
};

const personsText = (value: string, origin: 'human' | 'reviewed' | 'embedded'): Text => {
  const { words, rest } = quotation(value);
  return { text: words, lang: rest === '' ? 'en' : rest, origin, at: AT, by: 'Editor' };
};

const textsOf = (given: ReadonlyMap<string, string>): CaptionRecord['texts'] => {
  const texts: CaptionRecord['texts'] = {};
  const caption = given.get('caption');
  if (caption !== undefined) Object.assign(texts, { alt: machineText(caption), caption: machineText(caption) });
  for (const origin of ['human', 'reviewed', 'embedded'] as const) {
    const value = given.get(origin);
    if (value !== undefined) texts.alt = personsText(value, origin);
  }
  return texts;
};

const BOXES: Readonly<Record<string, Box>> = {
  left: [0, 0.35, 0.25, 0.3],
  middle: [0.35, 0.35, 0.3, 0.3],
  right: [0.75, 0.35, 0.25, 0.3],
  small: [0.4, 0.4, 0.1, 0.1],
  large: [0, 0, 1, 0.5],
  all: [0, 0, 1, 1],
};

const boxOf = (place: string | undefined): Box => {
  const box = BOXES[place ?? 'small'];
  if (box === undefined) throw new Error(`expected one of ${Object.keys(BOXES).join(', ')} but received ${place}`);
  return box;
};

const lineOf = (value: string): NonNullable<Facts['text']>[number] => {
  const { words, rest } = quotation(value);
  const [, lang, confidence, place] = /^(\S+)(?: ([\d.]+))?(?: (\w+))?$/.exec(rest) ?? [];
  return {
    text: words,
    box: boxOf(place),
    ...(lang !== undefined && { lang }),
    ...(confidence !== undefined && { confidence: Number(confidence) }),
  };
};

const objectOf = (value: string): NonNullable<Facts['objects']>[number] => {
  const [, label = '', place, confidence] = /^(.+) (\w+?)(?: ([\d.]+))?$/.exec(value) ?? [];
  return { label, box: boxOf(place), ...(confidence !== undefined && { confidence: Number(confidence) }) };
};

const colourOf = (value: string): NonNullable<Facts['colours']>[number] => {
  const [name = '', percent] = value.split(' ');
  return { name, share: Number(percent) / 100 };
};

const factsOf = (given: ReadonlyMap<string, string>): Facts => {
  const [text, objects, colours, people] = ['text', 'objects', 'colours', 'people'].map((key) => given.get(key));
  return {
    ...(text !== undefined && { text: listOf(text, ';').map(lineOf) }),
    ...(objects !== undefined && { objects: listOf(objects, ';').map(objectOf) }),
    ...(colours !== undefined && { colours: listOf(colours, ',').map(colourOf) }),
    ...(people !== undefined && { people: { count: Number(people) } }),
  };
};

const productOf = (value: string): Product => {
  const words = (key: string): string | undefined => new RegExp(`(?:^|, )${key} "([^"]*)"`).exec(value)?.[1];
  const [name, brand, colour] = [words('name'), words('brand'), words('colour')];
  return {
    ...(name !== undefined && { name }),
    ...(brand !== undefined && { brand }),
    ...(colour !== undefined && { colour }),
    keywords: listOf(words('keywords') ?? '', ','),
    negativeKeywords: listOf(words('not') ?? '', ','),
    from: 'api',
    at: AT,
  };
};

const machineOf = (given: ReadonlyMap<string, string>): MachineResult => {
  const how = { model: 'm2@1.0.0', style: 'alt', route: 'lambda', confidence: 0.5, plain: '', ms: 1, costUsd: 0 } as const;
  const abstained = given.get('abstained');
  const sure = listOf(given.get('sure') ?? '', ',');
  return { ...how, sure, ...((abstained === 'LOW_CONFIDENCE' || abstained === 'NO_WORDS') && { abstained }) };
};

const stateOf = (state: string): Partial<CaptionRecord> => {
  if (state === 'pending') return { state: 'PENDING' };
  const reason = state.replace(/^failed /, '');
  if (!isReason(reason)) throw new Error(`expected pending or failed REASON but received ${state}`);
  return { state: 'FAILED', reason };
};

const translationOf = (value: string): CaptionRecord['translations'] => {
  const [, lang = '', text = ''] = /^(\S+) (.*)$/.exec(value) ?? [];
  return { [lang]: { alt: { ...machineText(text), lang, model: 'amazon-translate' } } };
};

/** The record of a case. */
export const recordOf = ({ given }: AltCase): Promise<CaptionRecord> => {
  const [state, product, translation, review, withheld] = ['state', 'product', 'translation', 'review', 'withheld'].map((key) =>
    given.get(key),
  );
  return sampleRecord('photos/a.jpg', {
    state: 'READY',
    picture: { sha256: 'ab'.repeat(32), bytes: 5, width: 640, height: 480, format: 'jpeg', dhash: '0'.repeat(16) },
    texts: textsOf(given),
    facts: factsOf(given),
    machine: machineOf(given),
    ...(state !== undefined && stateOf(state)),
    ...(product !== undefined && { product: productOf(product) }),
    ...(translation !== undefined && { translations: translationOf(translation) ?? {} }),
    ...(review === 'decorative' && { review: { action: 'decorative', by: 'Editor', at: AT } as const }),
    ...(withheld !== undefined && { withheld: { [withheld as TextKind]: { by: 'Editor', at: AT, reason: 'wrong' } } }),
  });
};

/** The place of a case. */
export const useOf = ({ given }: AltCase): AltUse => {
  const [usage, max, lang, disclose, href, context] = ['usage', 'max', 'lang', 'disclose', 'href', 'context'].map((key) => given.get(key));
  return {
    ...(usage !== undefined && { usage: usage as Usage }),
    ...(max !== undefined && { max: Number(max) }),
    ...(lang !== undefined && { lang }),
    ...((disclose === 'lead' || disclose === 'none') && { disclose }),
    ...(href !== undefined && { href }),
    ...(context !== undefined && { context: quotation(context).words }),
  };
};

/** What the case expects as alt text; null: none. */
export const expectedAlt = ({ given }: AltCase): string | null => {
  const alt = given.get('alt') ?? '';
  return alt === 'none' ? null : quotation(alt).words;
};
