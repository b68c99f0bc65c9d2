// A language model that is a pure function of the picture and of everything said so far. Its state holds the tokens said,
// so a search that reorders states wrongly gets the wrong words. Log probabilities are coarse: ties are common.
import type { Graphs, Output } from '../../functions/captioner/graphs.ts';
import type { Manifest } from '../../functions/captioner/manifest.ts';
import type { CaptionSearch } from '../../functions/captioner/manifest-forms.ts';

/** A manifest whose search is of kind `caption`. */
export type FakeManifest = Manifest & { search: CaptionSearch };

/** Sizes of a fake model. */
export type FakeModel = { words: number; topK: number };

const LEVELS = 7;

/** A well-mixed 32-bit number for a list of numbers (FNV-1a with a final shuffle). */
const hash = (numbers: readonly number[]): number => {
  let h = 0x811c9dc5;
  for (const n of numbers) h = Math.imul(h ^ n, 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
};

/** The candidates after `said` (start token first), best first, float32 log probabilities. */
export const rowAfter = (picture: number, said: readonly number[], { words, topK }: FakeModel) => {
  const logits = Array.from({ length: words }, (_, token) => ({ token, logit: (hash([picture, ...said, token]) % LEVELS) / 2 }));
  const total = Math.log(logits.reduce((sum, { logit }) => sum + Math.exp(logit), 0));
  const best = logits.toSorted((a, b) => b.logit - a.logit || a.token - b.token).slice(0, topK);
  return { tokens: best.map(({ token }) => token), logProbs: Float32Array.from(best, ({ logit }) => logit - total) };
};

const numbers = (output: Output | undefined): number[] =>
  output?.data instanceof BigInt64Array || output?.data instanceof Float32Array ? Array.from(output.data, Number) : [];

/** Graphs of the fake model: the image's first value is the picture's seed. */
export const fakeGraphs = (model: FakeModel): Graphs => ({
  encode: [async ({ image }) => ({ memory: { data: Float32Array.of(numbers(image)[0] ?? 0), dims: [1, 1] } })],
  step: async ({ tokens, parents, memory, said }) => {
    const last = numbers(tokens);
    const pictures = numbers(memory);
    const time = said?.dims[1] ?? 0;
    const before = numbers(said);
    const sentences = numbers(parents).map((parent, row) => [...before.slice(parent * time, (parent + 1) * time), last[row] ?? -1]);
    const rows = sentences.map((sentence, row) =>
      rowAfter(pictures[Math.floor((row * pictures.length) / last.length)] ?? 0, sentence, model),
    );
    return {
      top_tokens: { data: BigInt64Array.from(rows.flatMap((row) => row.tokens.map(BigInt))), dims: [rows.length, model.topK] },
      top_log_probs: { data: Float32Array.from(rows.flatMap((row) => [...row.logProbs])), dims: [rows.length, model.topK] },
      'said.out': { data: Float32Array.from(sentences.flat()), dims: [rows.length, time + 1] },
    };
  },
});

/** A manifest for the fake model: tokens 0 pad, 1 end, 2 unknown, 3 start, then function words, then content words. */
export const fakeManifest = ({ topK }: FakeModel, search: Partial<CaptionSearch> = {}): FakeManifest => ({
  schemaVersion: 1,
  name: 'fake',
  version: '0',
  image: { width: 1, height: 1, fit: 'fill', kernel: 'cubic', mean: [0, 0, 0], std: [1, 1, 1], layout: 'nchw' },
  encoder: { stages: [{ file: 'e', inputs: { image: 'image' }, outputs: ['memory'] }] },
  decoder: {
    file: 'd',
    tokens: 'tokens',
    parents: 'parents',
    memory: ['memory'],
    memoryRows: 'pictures',
    states: [{ input: 'said', output: 'said.out', shape: ['rows', 'time'], type: 'float32' }],
    topLogProbs: 'top_log_probs',
    topTokens: 'top_tokens',
    topK,
  },
  vocabulary: { file: 'v' },
  tokens: { pad: 0, end: 1, unknown: 2, styles: { coco: { start: [3], prompt: [], output: 'sentence' } }, defaultStyle: 'coco' },
  search: {
    kind: 'caption',
    beamSize: 3,
    maxTokens: 5,
    minTokens: 1,
    lengthPenalty: 0.7,
    unknownAllowed: false,
    functionWords: [4, 5],
    noEndAfter: [4, 5],
    ...search,
  },
  confidence: { kind: 'logistic', features: [], weights: [], bias: 0, abstainBelow: 0 },
  files: [],
});
