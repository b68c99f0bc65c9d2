// A record with everything that an analysis of its picture can find.
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import { readyRecord } from './api.ts';

/** The record of a key: two objects, a person, two lines of text. */
export const analysedRecord = (key: string): Promise<CaptionRecord> =>
  readyRecord(key, {
    picture: { sha256: 'a'.repeat(64), bytes: 250_000, width: 1600, height: 1200, format: 'jpeg', dhash: '0123456789abcdef' },
    facts: {
      objects: [
        { label: 'person', confidence: 0.91, box: [0.25, 0.1, 0.2, 0.8] },
        { label: 'dog', confidence: 0.87, box: [0.5, 0.6, 0.25, 0.3] },
      ],
      people: { count: 1, confidence: 0.91 },
      text: [
        { text: 'STOP', lang: 'en', confidence: 0.97, box: [0.1, 0.1, 0.1, 0.05] },
        { text: 'No entry', lang: 'en', confidence: 0.8, box: [0.1, 0.2, 0.2, 0.05] },
      ],
    },
  });
