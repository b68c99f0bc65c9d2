// The batched search against two references that share no code with it: all sentences, and a search of one picture at a time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hypothesis, normalised, rank } from '../../../functions/captioner/beam.ts';
import { searchBatch } from '../../../functions/captioner/decode-batch.ts';
import { encodeBatch } from '../../../functions/captioner/encode-batch.ts';
import { rulesOf } from '../../../functions/captioner/search-rules.ts';
import { type FakeManifest, type FakeModel, fakeGraphs, fakeManifest, rowAfter } from '../../support/fake-graphs.ts';

const START = 3;
const END = 1;
const MODEL: FakeModel = { words: 9, topK: 9 };
const EXHAUSTIVE_BEAM = 600;

const search = async (pictures: readonly number[], manifest: FakeManifest, beamSize: number, model = MODEL): Promise<Hypothesis[][]> => {
  const graphs = fakeGraphs(model);
  const memory = await encodeBatch(
    graphs,
    manifest,
    pictures.map((seed) => Float32Array.of(seed, 0, 0)),
  );
  return await searchBatch(graphs, manifest, memory, pictures.length, { start: [START], beamSize });
};

/** Whether a word may come next: written from the rules, not from the code. */
const mayFollow = (words: readonly number[], token: number, { search: rules }: FakeManifest): boolean => {
  const last = words.at(-1) ?? -1;
  if (token === END) return words.length >= rules.minTokens && !rules.noEndAfter.includes(last);
  const pairs = words.map((word, at) => `${word} ${words[at + 1]}`);
  const repeated = words.includes(token) && !rules.functionWords.includes(token);
  return token > START && token !== last && !repeated && !pairs.includes(`${last} ${token}`);
};

/** Every sentence that the rules allow, with its score. */
const allSentences = (picture: number, manifest: FakeManifest): { words: number[]; score: number }[] => {
  const { search: rules, decoder } = manifest;
  const sentences: { words: number[]; score: number }[] = [];
  const walk = (words: number[], sum: number): void => {
    if (words.length === rules.maxTokens) return;
    const row = rowAfter(picture, [START, ...words], { ...MODEL, topK: decoder.topK });
    row.tokens.forEach((token, i) => {
      if (!mayFollow(words, token, manifest)) return;
      const said = [...words, token];
      const total = sum + (row.logProbs[i] ?? 0);
      if (token === END) sentences.push({ words: said, score: total / said.length ** rules.lengthPenalty });
      else walk(said, total);
    });
  };
  walk([], 0);
  return sentences;
};

const aPicture = fc.integer({ min: 0, max: 100_000 });
const someRules = fc.record({
  maxTokens: fc.integer({ min: 2, max: 4 }),
  minTokens: fc.integer({ min: 0, max: 2 }),
  lengthPenalty: fc.constantFrom(0, 0.7, 1),
});

describe('beam search', () => {
  it('finds the best of all sentences when the beam is as wide as they are many', async () => {
    await fc.assert(
      fc.asyncProperty(aPicture, someRules, async (picture, rules) => {
        const manifest = fakeManifest(MODEL, rules);
        const all = allSentences(picture, manifest).toSorted((a, b) => b.score - a.score);
        const [found] = await search([picture], manifest, EXHAUSTIVE_BEAM);
        fc.pre(all.length > 0);
        expect(found?.[0]?.score).toBeCloseTo(all[0]?.score ?? Number.NaN, 9);
        expect(found?.map(({ score }) => score.toFixed(9))).toEqual(all.map(({ score }) => score.toFixed(9)));
        const bestWords = all.filter(({ score }) => score === all[0]?.score).map(({ words }) => words.join());
        expect(bestWords).toContain(found?.[0]?.tokens.join());
      }),
      { numRuns: 40 },
    );
  });

  it('gives a picture the same sentences alone and in any batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aPicture, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 5 }), async (pictures, beamSize) => {
        const manifest = fakeManifest(MODEL);
        const together = await search(pictures, manifest, beamSize);
        const alone = await Promise.all(pictures.map(async (picture) => (await search([picture], manifest, beamSize))[0]));
        expect(together).toEqual(alone);
      }),
      { numRuns: 40 },
    );
  });

  it('never repeats a content word or a phrase and never stops in the middle', async () => {
    await fc.assert(
      fc.asyncProperty(aPicture, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 4, max: 9 }), async (picture, beamSize, topK) => {
        const model = { words: 9, topK };
        const manifest = fakeManifest(model, { maxTokens: 12 });
        const [found] = await search([picture], manifest, beamSize, model);
        for (const { tokens, logProbs, sum, score } of found ?? []) {
          const words = tokens.filter((token) => token !== END);
          const content = words.filter((word) => !manifest.search.functionWords.includes(word));
          const pairs = words.slice(1).map((word, i) => `${words[i]} ${word}`);
          expect(new Set(content).size).toBe(content.length);
          expect(new Set(pairs).size).toBe(pairs.length);
          expect(words.every((word, i) => word > START && word !== words[i + 1])).toBe(true);
          expect(manifest.search.noEndAfter).not.toContain(words.at(-1));
          expect(sum).toBeCloseTo(
            logProbs.reduce((total, logProb) => total + logProb, 0),
            12,
          );
          expect(score).toBe(normalised(sum, tokens.length, manifest.search.lengthPenalty));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the row that each token was chosen from', async () => {
    const [found] = await search([11], fakeManifest(MODEL), 3);
    const best = found?.[0];
    best?.tokens.forEach((token, i) => {
      const row = best.rows[i];
      expect(row?.logProbs[row.tokens.indexOf(token)]).toBe(best.logProbs[i]);
      expect(row?.tokens).toEqual(rowAfter(11, [START, ...best.tokens.slice(0, i)], MODEL).tokens);
    });
    expect(best?.tokens.length).toBeGreaterThan(1);
  });

  it('cuts unfinished sentences back to where they may end, and lists equal ones once', () => {
    const { tokens, search } = fakeManifest(MODEL);
    const rules = rulesOf(tokens, search);
    const unfinished = (tokens: number[]): Hypothesis => ({
      tokens,
      logProbs: tokens.map(() => -1),
      rows: tokens.map(() => ({ tokens: [], logProbs: [] })),
      sum: -tokens.length,
      score: -1,
      finished: false,
    });
    const ranked = rank([unfinished([6, 4, 5]), unfinished([6, 5, 4]), unfinished([6, 4, 7, 5]), unfinished([4])], rules);
    expect(ranked.map(({ tokens }) => tokens)).toEqual([[6], [6, 4, 7], []]);
  });

  it('stops a picture that has no allowed continuation', async () => {
    const model = { words: 3, topK: 3 }; // pad, end and unknown only
    const [found] = await search([1], fakeManifest(model, { minTokens: 4 }), 3, model);
    expect(found?.map(({ tokens }) => tokens)).toEqual([[]]);
  });
});
