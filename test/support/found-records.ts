// Pictures whose analysis has found something of everything, and a video: what the page shows of them.
import type { Facts } from '../../functions/core/facts/facts.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { NOW, readyRecord } from './api.ts';

/** Keys of `foundRecords`, by what they show. */
export const FOUND_KEYS = { everything: 'shop/found/coffee.jpg', nothing: 'shop/found/empty.jpg', video: 'shop/found/clip.webm' } as const;

/** Facts of every kind; a stage that failed, too. */
export const EVERYTHING: Facts = {
  objects: [
    { label: 'cup', confidence: 0.92, box: [0.2, 0.3, 0.4, 0.4] },
    { label: 'spoon', confidence: 0.61, box: [0.6, 0.6, 0.2, 0.1] },
    { label: 'table', box: [0, 0, 1, 1] },
  ],
  people: { count: 2, confidence: 0.83 },
  attributes: { type: { value: 'mug', confidence: 0.91 }, material: { value: 'ceramic', confidence: 0.86 } },
  scene: [{ value: 'tennis', confidence: 0.93 }],
  colours: [
    { name: 'brown', share: 0.52, hex: '#7d4e2c', lab: [38, 15, 27] },
    { name: 'white', share: 0.31 },
  ],
  text: [
    { text: 'CAFÉ DU NORD', lang: 'fr', confidence: 0.8, box: [0.1, 0.1, 0.3, 0.08] },
    { text: 'No 7', confidence: 0.6 },
  ],
  logos: [{ brand: 'Acme', confidence: 0.97, box: [0.3, 0.4, 0.1, 0.1] }],
  dense: [{ text: 'A spoon on a saucer.', confidence: 0.55, calibrated: false, box: [0.55, 0.55, 0.3, 0.2] }],
  quality: {
    sharpness: 812.4,
    brightness: 121,
    contrast: 58,
    underexposed: 0.02,
    overexposed: 0,
    background: { share: 0.4, colour: '#f2f2f2', whiteDeltaE: 3.27 },
    subject: { share: 0.44, box: [0.2, 0.2, 0.6, 0.6] },
    border: [0, 0.05, 0, 0],
    jpegQuality: 85,
    watermark: 0.1,
    hasAlpha: false,
  },
  by: { objects: 'objects@1.0.0', colours: 'colours@1' },
  failed: { logos: 'a line from inside: /opt/models/logos' },
};

const PICTURE = { sha256: 'a'.repeat(64), bytes: 41_000, width: 600, height: 400, format: 'jpeg', dhash: '0123456789abcdef' } as const;

const machine = (text: string) =>
  ({ text, lang: 'en', origin: 'machine', at: NOW, model: 'm2@1.0.0', confidence: 0.87, sha256: PICTURE.sha256 }) as const;

/** The records. */
export const foundRecords = (): Promise<CaptionRecord[]> =>
  Promise.all([
    readyRecord(FOUND_KEYS.everything, {
      picture: PICTURE,
      texts: { alt: machine('A cup of coffee on a table.') },
      facts: EVERYTHING,
    }),
    readyRecord(FOUND_KEYS.nothing, {
      picture: PICTURE,
      texts: { alt: machine('A wall.') },
      facts: { objects: [], people: { count: 0 }, attributes: {}, scene: [], colours: [], text: [], logos: [], dense: [] },
    }),
    readyRecord(FOUND_KEYS.video, {
      picture: { ...PICTURE, format: 'webm' },
      texts: { alt: machine('A dog runs on grass; then two people sit at a table.') },
      facts: {
        shots: [
          { startMs: 0, endMs: 6_200, text: 'A dog runs on grass.', confidence: 0.84 },
          { startMs: 6_200, endMs: 71_000, text: 'Two people sit at a table.', confidence: 0.41 },
          { startMs: 71_000, endMs: 75_000 },
        ],
      },
    }),
  ]);
