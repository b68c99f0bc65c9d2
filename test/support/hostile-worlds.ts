// Records whose every field that people and pictures can fill holds one text of the escaping corpus, each behind an API of its own.
import { imageId } from '../../functions/core/record/image-id.ts';
import type { CaptionRecord, Text } from '../../functions/core/record/record.ts';
import { type Api, api, BUCKET, readyRecord } from './api.ts';
import { ESCAPING_CORPUS, type HostileText } from './escaping-corpus.ts';

const MAX_KEY_BYTES = 1024;
/** Address of the picture, as a caller gives it. */
export const URL_GIVEN = 'https://images.example.com/given.jpg';
/** Address below which pictures are published. */
export const BASE = 'https://images.example.com/';
/** Page of pictures without one. */
export const PAGE = 'https://www.example.com/page';

/** A key that begins with as much of the text as a key takes. */
const keyOf = (text: string): string => {
  let key = '';
  for (const letter of text.toWellFormed()) {
    if (Buffer.byteLength(key + letter) > MAX_KEY_BYTES - 10) break;
    key += letter;
  }
  return `in/${key}`;
};

const hostileRecord = async (text: string, origin: Text['origin']): Promise<CaptionRecord> => {
  const key = keyOf(text);
  const said = { text, lang: text, origin, by: text, at: 1, model: text, confidence: 0.99 } as const;
  const ready = await readyRecord(key);
  if (ready.machine === undefined) throw new Error('expected a machine result');
  return {
    ...ready,
    id: await imageId(BUCKET, key),
    texts: { alt: said, caption: { ...said, text: `caption: ${text}` }, long: said, title: said },
    translations: { de: { alt: { ...said, lang: 'de' } }, [text]: { alt: said } },
    proposals: { alt: said },
    withheld: { title: { by: text, at: 1, reason: text } },
    review: { action: 'edit', by: text, at: 1, reason: text },
    product: {
      name: text,
      brand: text,
      colour: text,
      keywords: [text],
      negativeKeywords: [text],
      pageUrl: text,
      from: 'api',
      by: text,
      at: 1,
    },
    facts: {
      objects: [{ label: text, confidence: 0.9, box: [0, 0, 0.5, 0.5] }],
      colours: [{ name: text, share: 0.5 }],
      shots: [{ startMs: 0, endMs: 900, text, confidence: 0.9 }],
      text: [{ text, lang: text, confidence: 0.9, box: [0, 0, 1, 1] }],
    },
    machine: { ...ready.machine, model: text, sure: [text], plain: text },
  };
};

/** An API with one record whose every field is a text of the corpus. */
export type World = { entry: HostileText; record: CaptionRecord; ask: Api['ask'] };

/** The world of a text; `origin` is that of all texts. */
export const worldOf = async (entry: HostileText, origin: Text['origin'] = 'human'): Promise<World> => {
  const record = await hostileRecord(entry.text, origin);
  return { entry, record, ask: api([record], { imageBaseUrl: BASE, sitePageUrl: PAGE }).ask };
};

/** Longest text of the machine's worlds: no model says more. */
const MAX_MACHINE_CHARS = 600;

/** A world for each text, written by a person. */
export const peoplesWorlds = (): Promise<World[]> => Promise.all(ESCAPING_CORPUS.map((entry) => worldOf(entry)));

/** A world for each text that a machine might write. */
export const machinesWorlds = (): Promise<World[]> =>
  Promise.all(ESCAPING_CORPUS.filter(({ text }) => text.length <= MAX_MACHINE_CHARS).map((entry) => worldOf(entry, 'machine')));

/** Parameters of a query. */
export const inQuery = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();

/** Texts for which `check` throws; none may. */
export const failing = async (some: readonly World[], check: (world: World) => Promise<void>): Promise<string[]> => {
  const failures: string[] = [];
  for (const world of some) {
    try {
      await check(world);
    } catch (thrown) {
      failures.push(
        `${world.entry.id} ${JSON.stringify(world.entry.text.slice(0, 60))}: ${thrown instanceof Error ? thrown.message.slice(0, 300) : thrown}`,
      );
    }
  }
  return failures;
};
