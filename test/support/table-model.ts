// The model of generate-cases.json: candidates depend on the last two tokens only, through a table of log probabilities.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Graphs, Output } from '../../functions/captioner/graphs.ts';
import type { Manifest } from '../../functions/captioner/manifest.ts';
import type { GenerateSearch } from '../../functions/captioner/manifest-forms.ts';
import { fakeManifest } from './fake-graphs.ts';

const schema = z.object({
  states: z.int(),
  tables: z.array(z.array(z.array(z.number().transform(Math.fround)))),
  cases: z.array(
    z.object({
      table: z.int(),
      prompt: z.array(z.int()),
      beamSize: z.int(),
      maxTokens: z.int(),
      minTokens: z.int(),
      lengthPenalty: z.number(),
      earlyStopping: z.union([z.boolean(), z.literal('never')]),
      noRepeatNgram: z.int(),
      repetitionPenalty: z.number(),
      forcedFirst: z.int().nullable(),
      forcedLast: z.int().nullable(),
      banned: z.array(z.int()),
      expected: z.array(z.object({ tokens: z.array(z.int()), score: z.number().nullable() })),
    }),
  ),
});

/** What transformers found, and the tables of its model. */
export const { states, tables, cases } = schema.parse(
  JSON.parse(readFileSync(new URL('../fixtures/generate-cases.json', import.meta.url), 'utf8')),
);

/** One search of the fixture. */
export type GenerateCase = (typeof cases)[number];

const numbers = (output: Output | undefined): number[] =>
  output?.data instanceof BigInt64Array || output?.data instanceof Float32Array ? Array.from(output.data, Number) : [];

/** Candidates after `said`, best first, the lowest token of equal ones first. */
const rowAfter = (table: readonly number[][], said: readonly number[], topK: number): { token: number; logProb: number }[] => {
  const state = (3 * (said.at(-2) ?? 0) + (said.at(-1) ?? 0)) % states;
  const row = (table[state] ?? []).map((logProb, token) => ({ token, logProb }));
  return row.toSorted((a, b) => b.logProb - a.logProb || a.token - b.token).slice(0, topK);
};

/** The model as graphs: its state holds what was said. */
export const tableGraphs = (table: readonly number[][], topK: number): Graphs => ({
  encode: [async () => ({ memory: { data: Float32Array.of(0), dims: [1, 1] } })],
  step: async ({ tokens, parents, said }) => {
    const last = numbers(tokens);
    const time = said?.dims[1] ?? 0;
    const before = numbers(said);
    const sentences = numbers(parents).map((parent, row) => [...before.slice(parent * time, (parent + 1) * time), last[row] ?? -1]);
    const rows = sentences.map((sentence) => rowAfter(table, sentence, topK));
    const tokensOut = rows.flatMap((row) => row.map(({ token }) => BigInt(token)));
    return {
      top_tokens: { data: BigInt64Array.from(tokensOut), dims: [rows.length, topK] },
      top_log_probs: { data: Float32Array.from(rows.flatMap((row) => row.map(({ logProb }) => logProb))), dims: [rows.length, topK] },
      'said.out': { data: Float32Array.from(sentences.flat()), dims: [rows.length, time + 1] },
    };
  },
});

/** The manifest of a search of the fixture. */
export const manifestOf = ({ forcedFirst, forcedLast, ...settings }: GenerateCase, topK: number): Manifest => {
  const search: GenerateSearch = {
    kind: 'generate',
    ...settings,
    ...(forcedFirst === null ? {} : { forcedFirst }),
    ...(forcedLast === null ? {} : { forcedLast }),
  };
  return { ...fakeManifest({ words: 0, topK }), search };
};
