// npm run bench -- --gpu --package DIR[,DIR...]: packages on a CUDA device: whether CUDA really runs their graphs, first-run time, images a
// second for batches of 1 to 64, memory, and cost. Without a device it says so and ends with 3: nothing is measured on something else.
import { parseArgs } from 'node:util';
import { captionerPool } from '../../../functions/adapters/model/captioner-pool.ts';
import { packageFolder } from '../../../functions/adapters/model/package-folder.ts';
import { decodePicture, restrictSharp } from '../../../functions/adapters/model/sharp-pixels.ts';
import { tokenizerWords } from '../../../functions/adapters/model/tokenizer-words.ts';
import { captionPixels } from '../../../functions/captioner/caption-pixels.ts';
import { openPackage } from '../../../functions/captioner/package.ts';
import type { EncodedPicture } from '../../../functions/core/caption.ts';
import { DEFAULT_LIMITS } from '../../../functions/core/picture/picture-limits.ts';
import { gpuUsdPerSecond } from '../../../infra/prices.ts';
import { samplePhotos } from '../photos.ts';
import { machineLine, median } from '../service.ts';
import { findDevice, usedMemoryMib } from './device.ts';
import { type NodeRuns, profiledGraphs } from './profile.ts';

const NO_DEVICE_CODE = 3;
const INFERENCE_TIMEOUT_MS = 600_000;
const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };
const SESSION = { provider: 'cuda' as const, threads: 1 };
const MS_PER_SECOND = 1000;
const PICTURES_OF_A_PRICE = 1000;

/** Runs of nodes by provider while one photo is captioned. */
const providersOf = async (folder: string, photo: EncodedPicture): Promise<NodeRuns> => {
  const modelPackage = await openPackage(packageFolder(folder), tokenizerWords);
  const { graphs, end } = await profiledGraphs(modelPackage, SESSION.provider);
  const { pixels } = await decodePicture(photo.bytes, modelPackage.manifest.image, LIMITS);
  await captionPixels(graphs, modelPackage, [pixels], {}, () => 0);
  return end();
};

type Costs = { rounds: number; instance: string };

const measure = async (folder: string, photos: readonly EncodedPicture[], batches: readonly number[], costs: Costs): Promise<void> => {
  console.log(
    `${folder}: runs of nodes by provider ${JSON.stringify(await providersOf(folder, photos[0] ?? { bytes: new Uint8Array() }))}`,
  );
  const began = performance.now();
  const captioner = await captionerPool({ folder, session: SESSION, lanes: 1, limits: LIMITS, inferenceTimeoutMs: INFERENCE_TIMEOUT_MS });
  const captionSome = async (count: number): Promise<number> => {
    const from = performance.now();
    const batch = Array.from({ length: count }, (_, at) => photos[at % photos.length]).filter((photo) => photo !== undefined);
    for (const outcome of await captioner.caption(batch, {})) if (outcome instanceof Error) throw outcome;
    return performance.now() - from;
  };
  try {
    await captionSome(1);
    console.log(
      `  first caption after ${((performance.now() - began) / MS_PER_SECOND).toFixed(1)} s (package checked, sessions made, kernels loaded)`,
    );
    for (const count of batches) {
      const first = await captionSome(count);
      const times: number[] = [];
      for (let round = 0; round < costs.rounds; round += 1) times.push(await captionSome(count));
      const perSecond = (count * MS_PER_SECOND) / median(times);
      const usd = (gpuUsdPerSecond([costs.instance], false) * PICTURES_OF_A_PRICE) / perSecond;
      console.log(
        `  batch ${count}: ${perSecond.toFixed(1)} images/s, first run ${first.toFixed(0)} ms, then ${median(times).toFixed(0)} ms, ` +
          `${usedMemoryMib()} MiB in use, $ ${usd.toFixed(4)} per 1,000 (${costs.instance}, on demand)`,
      );
    }
  } finally {
    await captioner.close();
  }
};

/** Measures and prints. @param args the command line with `--gpu` */
export const benchGpu = async (args: readonly string[]): Promise<void> => {
  const options = {
    gpu: { type: 'boolean' },
    package: { type: 'string', default: 'models/m2' },
    batch: { type: 'string', default: '1,2,4,8,16,32,64' },
    rounds: { type: 'string', default: '5' },
    instance: { type: 'string', default: 'g6.xlarge' },
  } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const device = findDevice();
  if (device === undefined) {
    console.log('no CUDA device: nvidia-smi is not there or finds none; nothing was measured');
    process.exitCode = NO_DEVICE_CODE;
    return;
  }
  console.log(`${machineLine()}\n${device.name}, ${device.memoryMib} MiB, driver ${device.driver}`);
  restrictSharp();
  const photos = await samplePhotos();
  const batches = values.batch.split(',').map(Number);
  for (const folder of values.package.split(','))
    await measure(folder, photos, batches, { rounds: Number(values.rounds), instance: values.instance });
};
