import { describe, expect, it } from 'vitest';
import { eventLines } from '../../../infra/local/event-lines.ts';

const line = (detailType: string, detail: object | string): string | undefined =>
  eventLines([
    { detailType, detail: typeof detail === 'string' ? detail : JSON.stringify(detail), source: 's', busName: 'b', resources: [], time: 0 },
  ])[0];

describe('events in the log of this machine', () => {
  const picture = { id: 'x', key: 'shop/a "b".jpg' };

  it.each([
    ['caption.ready', { ...picture, texts: { alt: { text: 'A dog.' } } }, 'caption.ready  x  "shop/a \\"b\\".jpg"  "A dog."'],
    ['caption.ready', picture, 'caption.ready  x  "shop/a \\"b\\".jpg"  no alt text'],
    ['caption.failed', { ...picture, reason: 'CORRUPT' }, 'caption.failed  x  "shop/a \\"b\\".jpg"  CORRUPT'],
    [
      'image.rules.failed',
      {
        ...picture,
        rules: [
          { pack: 'amazon-main', verdicts: [{ check: 'longest-side' }, { check: 'border' }] },
          { pack: 'own', verdicts: [{ check: 'alt' }] },
        ],
      },
      'image.rules.failed  x  "shop/a \\"b\\".jpg"  amazon-main: longest-side, border; own: alt',
    ],
    ['other', 'not JSON', 'other  "not JSON"'],
  ])('%s %j', (type, detail, words) => {
    expect(line(type, detail)).toBe(words);
  });
});
