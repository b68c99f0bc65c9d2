// The analysis beside the captioner: its facts come with the caption, and whatever goes wrong with it leaves the caption as it is.
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AnalysisSettings, captionerPool } from '../../../../functions/adapters/model/captioner-pool.ts';
import type { Captioned, Captioner, EncodedPicture } from '../../../../functions/core/caption.ts';
import { PackageRefused } from '../../../../functions/core/errors.ts';
import type { Stage } from '../../../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';
import { samplePhotos, TINY, temporaryFolder } from '../../../support/tiny-package.ts';

const MISBEHAVING = new URL('../../../support/misbehaving-analysis.ts', import.meta.url);
const PATIENT_MS = 60_000;
/** Long enough for a sound stage on a busy machine, short enough to wait for. */
const STAGE_MS = 1_000;

const started = async (analysis?: AnalysisSettings, lanes = 1): Promise<Captioner> => {
  const captioner = await captionerPool({
    folder: TINY,
    session: { provider: 'cpu', threads: 1 },
    lanes,
    limits: { ...DEFAULT_LIMITS, decodeTimeoutMs: PATIENT_MS },
    inferenceTimeoutMs: PATIENT_MS,
    analysis,
  });
  onTestFinished(() => captioner.close());
  return captioner;
};

const misbehaving = (...stages: Stage[]): AnalysisSettings => ({ stages, folder: '', stageTimeoutMs: STAGE_MS, program: MISBEHAVING });
const computed: AnalysisSettings = { stages: ['colours', 'quality'], folder: '', stageTimeoutMs: PATIENT_MS };

const photos = await samplePhotos();
const [photo = { bytes: new Uint8Array(0) }] = photos;

const captionsOf = async (captioner: Captioner, pictures: readonly EncodedPicture[] = photos): Promise<Captioned[]> => {
  const outcomes = await captioner.caption(pictures, {});
  return outcomes.map((outcome) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
};

const withoutFacts = ({ facts: _, ms: __, ...caption }: Captioned) => caption;

describe('a captioner that analyses', () => {
  it('says the same as one that does not, and the facts beside it', async () => {
    const plain = await started().then(captionsOf);
    const captioner = await started(computed, 2);
    const analysed = await captionsOf(captioner);
    expect(analysed.map(withoutFacts)).toEqual(plain.map(withoutFacts));
    expect(captioner.analysis).toEqual({ colours: expect.stringMatching(/^.+@\d/), quality: expect.stringMatching(/^.+@\d/) });
    for (const { facts, ms } of analysed) {
      expect(facts).toEqual({ colours: expect.any(Array), quality: expect.any(Object), by: captioner.analysis });
      expect(ms.facts).toEqual({ pixels: expect.any(Number), colours: expect.any(Number), quality: expect.any(Number) });
    }
    expect(plain[0]).not.toHaveProperty('facts');
  });

  it('leaves out pictures whose facts are known', async () => {
    const captioner = await started(computed);
    const [known, unknown] = await captionsOf(captioner, [{ ...photo, analyse: false as const }, photo]);
    expect(known).not.toHaveProperty('facts');
    expect(unknown).toHaveProperty('facts.quality');
  });

  it('captions crops of what was found', async () => {
    const [plain] = await started().then((captioner) => captionsOf(captioner, [photo]));
    const [analysed] = await started(misbehaving('objects', 'dense')).then((captioner) => captionsOf(captioner, [photo]));
    expect(analysed?.facts).toMatchObject({ by: { objects: 'objects@1', dense: plain?.model } });
    const box = [expect.closeTo(0.14), expect.closeTo(0.14), expect.closeTo(0.72), expect.closeTo(0.72)];
    expect(analysed?.facts?.dense).toEqual([{ text: expect.any(String), confidence: expect.any(Number), box }]);
  });

  it('goes on with the other stages when one throws, hangs or ends its thread', async () => {
    const captioner = await started(misbehaving('objects', 'attributes', 'colours', 'text', 'logos', 'quality'));
    const [plain] = await started().then((other) => captionsOf(other, [photo]));
    const [analysed] = await captionsOf(captioner, [photo]);
    expect(analysed && withoutFacts(analysed)).toEqual(plain && withoutFacts(plain));
    expect(analysed?.facts).toEqual({
      objects: [expect.objectContaining({ label: 'cat' })],
      quality: [],
      by: { objects: 'objects@1', quality: 'quality@1' },
      failed: {
        colours: 'it took longer than 1000 ms',
        text: 'its thread ended',
        logos: 'no memory',
      },
    });
  });

  it('does not run what needs the features that this captioner does not give', async () => {
    const captioner = await started(misbehaving('objects', 'attributes'));
    expect(captioner.analysis).toEqual({ objects: 'objects@1' });
    const [analysed] = await captionsOf(captioner, [photo]);
    expect(analysed?.facts).toEqual({ objects: [expect.objectContaining({ label: 'cat' })], by: { objects: 'objects@1' } });
  });

  it('does not wait again and again for a stage that hangs', async () => {
    const captioner = await started(misbehaving('colours', 'quality'));
    const analysed = await captionsOf(captioner, photos.slice(0, 3));
    const hung = { quality: [], failed: { colours: 'it took longer than 1000 ms' } };
    expect(analysed.map(({ facts }) => facts)).toMatchObject([
      hung,
      hung,
      { quality: [], failed: { colours: 'it is left out: it ended its thread 2 times' } },
    ]);
  });

  it('begins no stage when the time of the batch is used up, and captions as ever', async () => {
    const captioner = await started({ ...misbehaving('colours', 'quality'), budgetMs: STAGE_MS / 2 });
    const [first, second] = await captionsOf(captioner, photos.slice(0, 2));
    const late = 'no time was left for it';
    expect(first?.facts).toEqual({ failed: { colours: 'it took longer than 1000 ms', quality: late } });
    expect(second?.facts).toEqual({ failed: { colours: late, quality: late } });
    const [next] = await captionsOf(captioner, [photo]);
    expect(next?.facts?.failed).toMatchObject({ colours: 'it took longer than 1000 ms' });
  });

  it('is refused when the package of a stage is missing', async () => {
    const folder = await temporaryFolder();
    const outcome = await started({ ...computed, stages: ['objects'], folder }).catch((thrown: unknown) => thrown);
    expect(outcome).toBeInstanceOf(PackageRefused);
    expect(String(outcome)).toContain(`model package ${join(folder, 'objects')} refused: manifest.json is missing`);
  });
});
