// Pictures in every state that the page can show, with texts as people and machines write them.
import type { CaptionRecord, PastText, Text } from '../../functions/core/record/record.ts';
import { NOW, readyRecord } from './api.ts';

const SHA = 'a'.repeat(64);
const HOUR_MS = 3_600_000;

const machine = (text: string, fields: Partial<Text> = {}): Text => ({
  text,
  lang: 'en',
  origin: 'machine',
  at: NOW - HOUR_MS,
  model: 'm2@1.0.0',
  confidence: 0.87,
  sha256: SHA,
  ...fields,
});

const human = (text: string, fields: Partial<Text> = {}): Text => ({
  text,
  lang: 'en',
  origin: 'human',
  by: 'jwt:ann',
  at: NOW - HOUR_MS / 2,
  sha256: SHA,
  ...fields,
});

const PAST: PastText = {
  ...machine('A man in a suit.', { confidence: 0.42 }),
  n: 1,
  kind: 'alt',
  until: NOW - HOUR_MS / 2,
  why: 'replaced',
  endedBy: 'jwt:ann',
  note: 'She is an astronaut.',
};

const FACTS: NonNullable<CaptionRecord['facts']> = {
  objects: [
    { label: 'cup', confidence: 0.92, box: [0.2, 0.3, 0.4, 0.4] },
    { label: 'spoon', confidence: 0.61, box: [0.6, 0.6, 0.2, 0.1] },
  ],
  people: { count: 0 },
  colours: [
    { name: 'brown', share: 0.52 },
    { name: 'white', share: 0.31 },
  ],
  text: [{ text: 'CAFÉ DU NORD', lang: 'fr', confidence: 0.8 }],
};

/** Keys of `webRecords`, by what they show. */
export const KEYS = {
  machine: 'shop/mugs/coffee.jpg',
  proposal: 'people/astronaut.jpg',
  translated: 'animals/raccoon.jpg',
  abstained: 'animals/cat.jpg',
  risky: 'people/cameraman.jpg',
  uncalibrated: 'space/rocket.jpg',
  decorative: 'decor/line.png',
  pending: 'new/IMG_0042.jpg',
  failed: 'new/broken.jpg',
  outdated: 'shop/mugs/old-coffee.jpg',
} as const;

/** One picture of each kind. */
export const webRecords = (): Promise<CaptionRecord[]> =>
  Promise.all([
    readyRecord(KEYS.machine, {
      texts: { alt: machine('A white cup of coffee on a brown table.'), caption: machine('A cup of coffee on a table.') },
      facts: FACTS,
      product: {
        name: 'Nordic mug',
        brand: 'Fjord',
        keywords: ['mug', 'gift'],
        negativeKeywords: ['cheap'],
        from: 'api',
        by: 'jwt:ann',
        at: NOW,
      },
    }),
    readyRecord(KEYS.proposal, {
      texts: {
        alt: human('Astronaut Eileen Collins smiles in her orange space suit, a model of the shuttle behind her.', {
          locked: true,
          supersedes: 1,
        }),
        title: human('Eileen Collins, 1999'),
      },
      proposals: { alt: machine('A person in an orange suit in front of a flag.', { model: 'blip@2.1.0', confidence: 0.71 }) },
      history: [PAST],
      review: { action: 'edit', by: 'jwt:ann', at: NOW - HOUR_MS / 2 },
    }),
    readyRecord(KEYS.translated, {
      texts: { alt: machine('A raccoon looks at the camera.', { origin: 'reviewed', by: 'jwt:ben' }) },
      translations: { de: { alt: human('Ein Waschbär blickt in die Kamera.', { lang: 'de' }) } },
    }),
    readyRecord(KEYS.abstained, {
      texts: {},
      machine: {
        model: 'm2@1.0.0',
        style: 'alt',
        route: 'lambda',
        confidence: 0.31,
        plain: 'x',
        abstained: 'LOW_CONFIDENCE',
        sure: ['cat'],
        ms: 90,
        costUsd: 0.000002,
      },
    }),
    readyRecord(KEYS.risky, { texts: { alt: machine('A man with a camera on a tripod.', { confidence: 0.48 }) } }),
    readyRecord(KEYS.uncalibrated, {
      texts: { alt: machine('A rocket lifts off.', { model: 'blip@2.1.0', confidence: 0.66, calibrated: false }) },
    }),
    readyRecord(KEYS.decorative, { texts: { alt: human('') } }),
    pendingRecord(KEYS.pending),
    failedRecord(KEYS.failed),
    readyRecord(KEYS.outdated, { texts: { alt: human('A red cup on a shelf.', { sha256: 'b'.repeat(64) }) } }),
  ]);

const bare = async (key: string): Promise<CaptionRecord> => {
  const { picture: _, machine: __, ...record } = await readyRecord(key, { texts: {} });
  return record;
};

/** A picture that is being described. */
export const pendingRecord = async (key: string): Promise<CaptionRecord> => ({ ...(await bare(key)), state: 'PENDING' });

const failedRecord = async (key: string): Promise<CaptionRecord> => ({
  ...(await bare(key)),
  state: 'FAILED',
  reason: 'CORRUPT',
  message: 'the JPEG ends too early',
});

/** `n` described pictures. */
export const manyRecords = (n: number): Promise<CaptionRecord[]> =>
  Promise.all(
    Array.from({ length: n }, (_, at) =>
      readyRecord(`catalogue/${String(at).padStart(4, '0')}-coffee.jpg`, {
        texts: { alt: machine(`A white cup of coffee, number ${at}, on a brown wooden table beside a silver spoon.`) },
      }),
    ),
  );
