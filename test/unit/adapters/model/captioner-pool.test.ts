// The whole captioner on the tiny package: sameness, damage, bad pictures, and a main thread that is never held up.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTick } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { captionerPool, type PoolSettings } from '../../../../functions/adapters/model/captioner-pool.ts';
import { onnxGraphs } from '../../../../functions/adapters/model/onnx-graphs.ts';
import { packageFolder } from '../../../../functions/adapters/model/package-folder.ts';
import { captionPixels } from '../../../../functions/captioner/caption-pixels.ts';
import { openPackage } from '../../../../functions/captioner/package.ts';
import type { Caption, Captioner } from '../../../../functions/core/caption.ts';
import { asPictureError, PackageRefused } from '../../../../functions/core/errors.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';
import { heicStart } from '../../../support/pictures.ts';
import { samplePhotos, TINY, tinyWith } from '../../../support/tiny-package.ts';

const SETTINGS: PoolSettings = {
  folder: TINY,
  session: { provider: 'cpu', threads: 1 },
  lanes: 1,
  limits: { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 },
  inferenceTimeoutMs: 60_000,
};

const started = async (changes: Partial<PoolSettings> = {}): Promise<Captioner> => {
  const captioner = await captionerPool({ ...SETTINGS, ...changes });
  onTestFinished(() => captioner.close());
  return captioner;
};

const withoutTimes = (outcomes: readonly (Caption | Error)[]) =>
  outcomes.map((outcome) => (outcome instanceof Error ? outcome : { ...outcome, ms: undefined }));

const M2 = fileURLToPath(new URL('../../../../models/m2', import.meta.url));
const photos = await samplePhotos();

describe('a captioner', () => {
  it('says the same whatever the lanes, threads and batches, and after a restart', async () => {
    const reference = await started().then((captioner) => captioner.caption(photos, { nBest: 3 }));
    expect(new Set(reference.map((outcome) => 'plain' in outcome && outcome.plain)).size).toBeGreaterThan(3);
    for (const { lanes, threads, batch } of [
      { lanes: 1, threads: 1, batch: 1 },
      { lanes: 2, threads: 1, batch: 2 },
      { lanes: 3, threads: 2, batch: 4 },
    ]) {
      const captioner = await started({ lanes, session: { provider: 'cpu', threads } });
      const batches = Array.from({ length: Math.ceil(photos.length / batch) }, (_, i) => photos.slice(i * batch, (i + 1) * batch));
      const outcomes = await Promise.all(batches.map((pictures) => captioner.caption(pictures, { nBest: 3 })));
      expect(withoutTimes(outcomes.flat())).toEqual(withoutTimes(reference));
    }
  });

  it('keeps an outcome for each picture in its place', async () => {
    const [first, second] = photos;
    const bad = { bytes: heicStart() };
    const outcomes = await started().then((captioner) => captioner.caption([bad, first ?? bad, bad, second ?? bad], {}));
    expect(outcomes.map((outcome) => (outcome instanceof Error ? 'error' : outcome.status))).toEqual([
      'error',
      'captioned',
      'error',
      'captioned',
    ]);
  });

  it('fails the pictures that a search cannot answer, and no other of their batch', async () => {
    const search = { kind: 'generate', beamSize: 7, maxTokens: 1, banned: [7, 8, 9] }; // too many for the 16 candidates of some pictures
    const captioner = await started({ folder: await tinyWith((manifest) => ({ ...manifest, search })) });
    const outcomes = await captioner.caption(photos, {});
    expect(outcomes.map((outcome) => (outcome instanceof Error ? asPictureError(outcome).code : outcome.plain))).toEqual([
      'white',
      'of',
      'white',
      'white',
      'INTERNAL',
      'INTERNAL',
    ]);
  });

  it('follows the choices of beam, alternatives and style', async () => {
    const captioner = await started();
    const [wide] = await captioner.caption(photos.slice(0, 1), { beamSize: 4, nBest: 4 });
    const [narrow] = await captioner.caption(photos.slice(0, 1), { beamSize: 1, nBest: 4, style: 'alt' });
    expect(wide).toMatchObject({ style: 'coco' });
    expect(wide).toHaveProperty('nBest.length', 4);
    expect(narrow).toMatchObject({ style: 'alt' });
    expect(narrow).toHaveProperty('nBest.length', 1);
  });

  it('abstains below the threshold of the package', async () => {
    const folder = await tinyWith((manifest) => ({
      ...manifest,
      confidence: { kind: 'logistic', features: [], weights: [], bias: 0, abstainBelow: 0.6 },
    }));
    const outcomes = await started({ folder }).then((captioner) => captioner.caption(photos, {}));
    expect(outcomes.map((outcome) => 'status' in outcome && outcome.status)).toEqual(photos.map(() => 'abstained'));
  });

  it('refuses a package that does not fit its graphs with a reason', async () => {
    const folder = await tinyWith((manifest) => ({
      ...manifest,
      encoder: { file: 'encoder.onnx', input: 'pixels', outputs: ['memory.0'] },
    }));
    const [outcome] = await started({ folder }).then((captioner) => captioner.caption(photos.slice(0, 1), {}));
    expect(outcome).toMatchObject({ code: 'INFERENCE_UNAVAILABLE' });
  });

  it('does not start on a damaged package', async () => {
    const folder = await tinyWith((manifest) => ({ ...manifest, schemaVersion: 9 }));
    await expect(captionerPool({ ...SETTINGS, folder })).rejects.toBeInstanceOf(PackageRefused);
  });

  it('gives up on a model that takes too long and starts a new worker', async () => {
    const captioner = await started({ inferenceTimeoutMs: 1 });
    const many = Array.from({ length: 40 }, (_, i) => photos[i % photos.length] ?? { bytes: heicStart() });
    const [late] = await captioner.caption(many, {});
    expect(late).toMatchObject({ code: 'INFERENCE_TIMEOUT', retryable: true });
    const [again] = await captioner.caption(many, {});
    expect(again).toMatchObject({ code: 'INFERENCE_TIMEOUT' });
  });

  it('survives to give up inside of the model runtime, where a thread cannot be ended', async () => {
    for (const inferenceTimeoutMs of [20, 40, 60]) {
      const captioner = await started({ folder: M2, inferenceTimeoutMs });
      for (const pictures of [photos.slice(0, 1), photos]) {
        const [outcome] = await captioner.caption(pictures, {});
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'INFERENCE_TIMEOUT' });
      }
      await captioner.close();
    }
  });

  it('refuses a package that changed meanwhile, again and again, when a worker is replaced', async () => {
    const folder = await tinyWith((manifest) => manifest);
    const captioner = await started({ folder, inferenceTimeoutMs: 1 });
    const many = Array.from({ length: 40 }, (_, i) => photos[i % photos.length] ?? { bytes: heicStart() });
    await captioner.caption(many, {});
    const changed = await tinyWith((manifest) => ({ ...manifest, version: 'another' }));
    for (const name of ['manifest.json', 'manifest.sha256']) await cp(join(changed, name), join(folder, name));
    for (const pictures of [many, photos.slice(0, 1), many]) {
      const outcomes = await captioner.caption(pictures, {});
      expect(new Set(outcomes.map((outcome) => outcome instanceof Error && String(outcome.cause ?? outcome)))).toEqual(
        new Set([expect.stringContaining('changed while it was in use')]),
      );
    }
  });

  it('gives each picture of a large model the time of its own', async () => {
    const photo = photos[0] ?? { bytes: heicStart() };
    const many = Array.from({ length: 40 }, () => photo);
    const outcomes = await started({ inferenceTimeoutMs: 1500, patient: true }).then((captioner) => captioner.caption(many, {}));
    expect(outcomes.filter((outcome) => outcome instanceof Error)).toEqual([]);
  });

  it('decodes a batch on its only lane while it captions the one before, and keeps order and failures apart', async () => {
    const captioner = await started();
    const batches = [photos.slice(0, 2), [{ bytes: heicStart() }], photos.slice(2, 4), photos.slice(4)];
    const ended: number[] = [];
    const outcomes = await Promise.all(
      batches.map(async (pictures, i) => {
        const found = await captioner.caption(pictures, {});
        ended.push(i);
        return found;
      }),
    );
    expect(captioner.lanes).toBe(2);
    // the second lane decodes only: a second of the machine is a second of its one model
    expect(captioner.models).toBe(1);
    expect(ended.filter((i) => i !== 1)).toEqual([0, 2, 3]);
    expect(outcomes[1]).toMatchObject([{ code: 'UNSUPPORTED_FORMAT' }]);
    const alone = await Promise.all(photos.map((photo) => captioner.caption([photo], {})));
    expect(withoutTimes([outcomes[0], outcomes[2], outcomes[3]].flatMap((found) => found ?? []))).toEqual(withoutTimes(alone.flat()));
  });

  it('does not fall back when the wanted provider is not there', async () => {
    const outcome = await captionerPool({ ...SETTINGS, session: { provider: 'cuda', threads: 1 } }).catch((thrown: unknown) => thrown);
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'INFERENCE_UNAVAILABLE' });
    else await (outcome as Captioner).close();
  });
});

describe('the event loop', () => {
  /** Turns of the event loop until the work is done. */
  const ticksDuring = async (work: Promise<unknown>): Promise<number> => {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    let ticks = 0;
    while (!done) {
      await nextTick();
      ticks += 1;
    }
    await finished;
    return ticks;
  };

  it('turns freely while pictures are captioned, and does not when the model runs on the main thread', async () => {
    const PICTURES = 60;
    const many = Array.from({ length: PICTURES }, (_, i) => photos[i % photos.length] ?? { bytes: heicStart() });
    const captioner = await started();
    const free = await ticksDuring(captioner.caption(many, {}));

    const modelPackage = await openPackage(packageFolder(TINY));
    const graphs = await onnxGraphs(modelPackage, SETTINGS.session);
    const { width, height } = modelPackage.manifest.image;
    const pixels = many.map(() => new Uint8Array(width * height * 3));
    const held = await ticksDuring(captionPixels(graphs, modelPackage, pixels, {}, () => 0));

    // one encoder run for each picture and at most ten decoder steps: a free loop turns many times in each of them
    const runs = PICTURES + 10;
    expect(free).toBeGreaterThan(4 * runs);
    expect(held).toBeLessThan(4 * runs);
  });
});
