// Text of sub-word tokens, against Python's own tokenizers (make-tokenizer-goldens.py), and the words in it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tokenizerWords } from '../../../../functions/adapters/model/tokenizer-words.ts';

const FIXTURES = new URL('../../../fixtures/', import.meta.url);
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(new URL(path, FIXTURES), 'utf8'));
const LAYOUTS = ['vit-gpt2', 'blip', 'florence2'] as const;
const schema = z.object({
  cases: z.array(z.object({ layout: z.enum(LAYOUTS), ids: z.array(z.int()), skip: z.string(), keep: z.string() })),
});
const { cases } = schema.parse(jsonOf('tokenizer-texts.json'));
const detokenizers = Object.fromEntries(
  LAYOUTS.map((layout) => [layout, tokenizerWords(jsonOf(`hub/${layout}/tokenizer.json`), jsonOf(`hub/${layout}/tokenizer_config.json`))]),
);

describe('the text of tokens', () => {
  it.each(cases)('$layout: $keep', ({ layout, ids, skip, keep }) => {
    expect(detokenizers[layout]?.text(ids, 'skip')).toBe(skip);
    expect(detokenizers[layout]?.text(ids, 'keep')).toBe(keep);
  });

  it('is empty without tokens', () => {
    expect(detokenizers.blip?.text([], 'skip')).toBe('');
    expect(detokenizers.blip?.words([])).toEqual([]);
  });
});

describe('the words of tokens', () => {
  it.each(cases)('hold every token once, special ones aside, and their texts are the text: $layout: $skip', ({ layout, ids, skip }) => {
    const words = detokenizers[layout]?.words(ids) ?? [];
    const places = words.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
    const plain = ids.flatMap((id, i) => (detokenizers[layout]?.text([id], 'skip') === '' ? [] : [i]));
    expect(places).toEqual(plain);
    // a piece that no word comes before is written with its mark
    const bare = (text: string): string => text.replaceAll(/\s|##/g, '');
    if (!skip.includes('\ufffd')) expect(bare(words.map(({ word }) => word).join(''))).toBe(bare(skip));
  });
});

describe('a tokenizer', () => {
  it('has to be one', () => {
    expect(() => tokenizerWords('text', {})).toThrow(TypeError);
    expect(() => tokenizerWords({}, null)).toThrow(TypeError);
    expect(() => tokenizerWords({}, {})).toThrow(Error);
  });
});
