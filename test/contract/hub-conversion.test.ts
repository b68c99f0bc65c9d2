// Converted reference repositories say, token for token, what transformers says on the repository's own weights.
import { describe, expect, it } from 'vitest';
import { onnxGraphs } from '../../functions/adapters/model/onnx-graphs.ts';
import { searchBatch } from '../../functions/captioner/decode-batch.ts';
import { encodeBatch } from '../../functions/captioner/encode-batch.ts';
import { toPlanes } from '../../functions/captioner/preprocess.ts';
import { convertedPackage, fixtureRepository, goldenOf, pixelsFor } from '../support/hub-repository.ts';

const MAX_DIFFERENCE = 1e-3; // of log p

describe.each(['vit-gpt2', 'blip', 'florence2'])('the converted %s repository', async (name) => {
  const folder = fixtureRepository(name);
  const { photos, cases } = await goldenOf(folder);
  const modelPackage = await convertedPackage(folder, { dtype: 'fp32' });
  const { manifest } = modelPackage;
  const graphs = await onnxGraphs(modelPackage, { provider: 'cpu', threads: 1 });
  const planes = await Promise.all(photos.map(async ({ file }) => toPlanes(await pixelsFor(file, manifest.image), manifest.image)));

  /** A token that is forced has a log probability of 0 in a search, whatever the model thinks of it. */
  const isForced = (at: number, length: number): boolean =>
    manifest.search.kind === 'generate' &&
    ((at === 0 && manifest.search.forcedFirst !== undefined) || (at === length - 1 && manifest.search.forcedLast !== undefined));

  it.each(cases)('says the same: $style, $beams beams', async ({ style, beams, maxNewTokens, sequences, topLogProbs }) => {
    const { start = [], prompt = [] } = manifest.tokens.styles[style] ?? {};
    const limited = { ...manifest, search: { ...manifest.search, maxTokens: maxNewTokens } };
    const memory = await encodeBatch(graphs, manifest, planes, prompt);
    const found = await searchBatch(graphs, limited, memory, planes.length, { start, beamSize: beams });
    expect(found.map(([best]) => best?.tokens)).toEqual(sequences);
    const differences = topLogProbs.flatMap((steps, i) =>
      steps.flatMap(({ chosen }, j) => (isForced(j, steps.length) ? [] : [Math.abs(chosen - (found[i]?.[0]?.logProbs[j] ?? 0))])),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(MAX_DIFFERENCE);
  });
});
