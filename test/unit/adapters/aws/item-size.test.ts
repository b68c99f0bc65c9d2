// An item of DynamoDB holds 400 kB: a record with as much as people, files and machines may write, in the widest characters, fits.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { type Item, toItem } from '../../../../functions/adapters/aws/dynamo-items.ts';
import { MAX_EMBEDDED_TEXT_LENGTH } from '../../../../functions/adapters/model/xmp.ts';
import { MAX_NOTE_CHARS, TEXT_LIMITS } from '../../../../functions/core/edit/check-text.ts';
import { PRODUCT_LIMITS } from '../../../../functions/core/edit/describe-product.ts';
import { MAX_PAST_BYTES } from '../../../../functions/core/record/history.ts';
import { TEXT_KINDS, type Text, type TextKind } from '../../../../functions/core/record/record.ts';
import { MAX_TRANSLATION_BYTES } from '../../../../functions/core/record/translations.ts';
import { editDesk } from '../../../support/edit-desk.ts';

const MAX_ITEM_BYTES = 409_600;
const WIDE = '\u{1F600}';
const NOTE = WIDE.repeat(MAX_NOTE_CHARS);

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** DynamoDB's own count, rounded up: 3 bytes for each list or map, 1 for each of its members, 21 at most for a number. */
const sizeOf = ({ S, N, L, M }: AttributeValue): number => {
  if (S !== undefined) return bytesOf(S);
  if (N !== undefined) return 21;
  if (L !== undefined) return 3 + L.reduce((sum, one) => sum + 1 + sizeOf(one), 0);
  return 3 + (M === undefined ? 0 : itemSize(M) + Object.keys(M).length);
};
const itemSize = (item: Item): number => Object.entries(item).reduce((sum, [name, value]) => sum + bytesOf(name) + sizeOf(value), 0);

const longest = (kind: TextKind, n: number): string => `${n}`.padEnd(6, '-') + WIDE.repeat(TEXT_LIMITS[kind] - 6);
const words = Array.from(
  { length: PRODUCT_LIMITS.keywords },
  (_, n) => `${n}`.padEnd(2, '-') + WIDE.repeat(PRODUCT_LIMITS.keywordChars - 2),
);
const embedded: Text = { text: '\u6f22'.repeat(MAX_EMBEDDED_TEXT_LENGTH), lang: 'und', origin: 'embedded', at: 1, sha256: 'a'.repeat(64) };
const withheld = { by: NOTE.slice(0, 400), at: 1, reason: NOTE };

it('a record with everything at its bounds fits into an item', async () => {
  const objects = Array.from({ length: 200 }, (_, n) => ({ label: `a thing of some kind ${n}`, box: [0.125, 0.0625, 0.5, 0.25] as const }));
  const desk = await editDesk({
    key: 'k'.repeat(1_024),
    facts: { objects },
    proposals: { alt: embedded, long: embedded },
    withheld: { alt: withheld, caption: withheld, long: withheld, title: withheld },
    review: { action: 'reject', by: withheld.by, at: 1, reason: NOTE },
  });
  for (const kind of ['caption', 'long', 'title', 'alt'] as const) {
    for (let n = 0; n < 30; n++) await desk.text({ field: kind, text: longest(kind, n), note: NOTE });
  }
  const translated = async (n: number): Promise<void> => {
    const kind = TEXT_KINDS[n % TEXT_KINDS.length] ?? 'alt';
    await desk.text({ field: kind, text: longest(kind, n), lang: `de-x-${Math.floor(n / 4)}`, note: NOTE }).catch(() => undefined);
  };
  for (let n = 0; n < 80; n++) await translated(n);
  const line = WIDE.repeat(PRODUCT_LIMITS.chars);
  const pageUrl = `https://a.example/${'x'.repeat(PRODUCT_LIMITS.urlChars - 18)}`;
  const given = await desk.product({ name: line, brand: line, colour: line, keywords: words, negativeKeywords: words, pageUrl });
  const record = { ...given, proposals: { alt: embedded, long: embedded } };
  const { history, translations } = record;
  expect(bytesOf(JSON.stringify(history))).toBeGreaterThan(0.9 * MAX_PAST_BYTES);
  expect(bytesOf(JSON.stringify(translations))).toBeGreaterThan(0.9 * MAX_TRANSLATION_BYTES);
  expect(itemSize(toItem(record))).toBeLessThan(MAX_ITEM_BYTES);
  await expect(desk.product({ pageUrl: `https://a.example/${line.repeat(5)}` })).rejects.toThrow('pageUrl: must have at most 2000');
});
