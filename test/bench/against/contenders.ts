// Who is compared: this runtime, transformers.js, and Python's transformers and onnxruntime where they are there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contender.ts';
import { installTransformersJs } from './install.ts';
import type { Options } from './options.ts';

/** Names as they are printed. */
export const NAMES = {
  ours: 'this runtime',
  lanes: 'this runtime, one lane a thread',
  transformersJs: 'transformers.js 4.3.1',
  torch: 'transformers (torch)',
  onnxruntime: 'onnxruntime (Python)',
  floor: 'floor: decode + bare session.run',
} as const;

const program = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

const missingTransformersJs = ({ layout, beams }: Options, say: (line: string) => void): boolean => {
  if (layout === 'blip') say('transformers.js is left out: it has no BLIP');
  else if (beams > 1) say('transformers.js is left out: it has no beam search');
  else return !installTransformersJs(say);
  return true;
};

/** The contenders for one number of threads, this runtime first; says who is left out and why. */
export const contendersFor = (
  options: Options,
  { folder, threads, say }: { folder: string; threads: number; say: (line: string) => void },
): Contender[] => {
  const { layout, repository, beams, tokens, python, weights } = options;
  const order = { layout, repository, package: folder, threads, beams, tokens };
  const node = { program: process.execPath, order };
  const all: Contender[] = [{ ...node, name: NAMES.ours, args: [program('ours-child.ts')] }];
  if (threads > 1)
    all.push({ ...node, name: NAMES.lanes, args: [program('ours-child.ts')], order: { ...order, threads: 1, lanes: threads } });
  if (!missingTransformersJs(options, say)) all.push({ ...node, name: NAMES.transformersJs, args: [program('transformers-js-child.ts')] });
  if (python === undefined) say('Python is left out: no --python PYTHON');
  else {
    const child = { program: python, args: [program('python-child.py')] };
    const hasWeights = existsSync(join(weights, 'model.safetensors'));
    if (hasWeights) all.push({ ...child, name: NAMES.torch, order: { ...order, engine: 'torch', weights } });
    else say(`${NAMES.torch} is left out: no model.safetensors in ${weights}`);
    if (beams === 1 || layout === 'vit-gpt2') all.push({ ...child, name: NAMES.onnxruntime, order: { ...order, engine: 'onnxruntime' } });
    else say(`${NAMES.onnxruntime} is left out: the plain loop for ${layout} has no beam search`);
  }
  return all;
};

/** The floor of this runtime. */
export const floorFor = ({ layout, repository, beams, tokens }: Options, folder: string, threads: number): Contender => ({
  name: NAMES.floor,
  program: process.execPath,
  args: [program('floor-child.ts')],
  order: { layout, repository, package: folder, threads, beams, tokens },
  sawBefore: true,
});
