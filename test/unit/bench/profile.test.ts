// The bench for GPUs asks the engine's profile who ran a graph; without a GPU that is the CPU, and CUDA is refused.
import { describe, expect, it } from 'vitest';
import { packageFolder } from '../../../functions/adapters/model/package-folder.ts';
import { captionPixels } from '../../../functions/captioner/caption-pixels.ts';
import { openPackage } from '../../../functions/captioner/package.ts';
import { profiledGraphs } from '../../bench/gpu/profile.ts';
import { TINY } from '../../support/tiny-package.ts';

describe('profiledGraphs', () => {
  it('counts runs of nodes by provider', async () => {
    const modelPackage = await openPackage(packageFolder(TINY));
    const { width, height } = modelPackage.manifest.image;
    const { graphs, end } = await profiledGraphs(modelPackage, 'cpu');
    await captionPixels(graphs, modelPackage, [new Uint8Array(width * height * 3)], {}, () => 0);
    const runs = end();
    expect(Object.keys(runs)).toEqual(['CPUExecutionProvider']);
    expect(runs.CPUExecutionProvider).toBeGreaterThan(10);
  });
});
