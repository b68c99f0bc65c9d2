// The packages that ship, behind the captioner that ships, on photos: every stage finds what the API's contract knows, none fails.
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { captionerPool } from '../../../../functions/adapters/model/captioner-pool.ts';
import type { Captioned, EncodedPicture } from '../../../../functions/core/caption.ts';
import { STAGES, type Stage } from '../../../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';
import { factsSchema } from '../../../../functions/handlers/http/facts-schemas.ts';
import { analysisOf } from '../../../../functions/wiring/analysis.ts';
import { samplePhotos } from '../../../support/tiny-package.ts';

const MODELS = fileURLToPath(new URL('../../../../models', import.meta.url));
const PATIENT_MS = 120_000;

const captionsOf = async (pictures: readonly EncodedPicture[], stages: readonly Stage[]): Promise<Captioned[]> => {
  const captioner = await captionerPool({
    folder: `${MODELS}/m2`,
    session: { provider: 'cpu', threads: 1 },
    lanes: 1,
    limits: { ...DEFAULT_LIMITS, decodeTimeoutMs: PATIENT_MS },
    inferenceTimeoutMs: PATIENT_MS,
    analysis: analysisOf({ stages, folder: MODELS, stageTimeoutMs: PATIENT_MS, textReader: 'tesseract' }),
  });
  const outcomes = await captioner.caption(pictures, {}).finally(() => captioner.close());
  return outcomes.map((outcome) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
};

const photos = await samplePhotos();

/** A sign in the middle of a photo. */
const sign = async (words: string): Promise<EncodedPicture> => {
  const [photo = { bytes: new Uint8Array(0) }] = photos;
  const board = `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="90"><rect width="420" height="90" fill="white"/>
    <text x="20" y="62" font-family="DejaVu Sans, sans-serif" font-size="48">${words}</text></svg>`;
  return {
    bytes: await sharp(photo.bytes)
      .composite([{ input: Buffer.from(board), left: 40, top: 200 }])
      .jpeg({ quality: 90 })
      .toBuffer(),
  };
};

describe('the stages that ship', () => {
  it('find facts in photos without a failure, and leave their captions as they are', async () => {
    const plain = await captionsOf(photos, []);
    const analysed = await captionsOf(photos, STAGES);
    expect(analysed.map(({ facts: _, ms: __, ...caption }) => caption)).toEqual(plain.map(({ ms: _, ...caption }) => caption));
    for (const { facts } of analysed) {
      expect(facts?.failed).toBeUndefined();
      expect(Object.keys(facts?.by ?? {}).toSorted()).toEqual(STAGES.toSorted());
      expect(factsSchema.safeParse(facts).error).toBeUndefined();
    }
    const labels = analysed.flatMap(({ facts }) => facts?.objects?.map(({ label }) => label) ?? []);
    expect(labels).toEqual(expect.arrayContaining(['cat', 'person']));
  });

  it('read what is written, and nothing where nothing is', async () => {
    const [read, unread] = await captionsOf([await sign('OPEN DAILY'), photos[2] ?? { bytes: new Uint8Array(0) }], ['text']);
    expect(read?.facts?.text?.map(({ text }) => text)).toEqual(['OPEN DAILY']);
    expect(unread?.facts?.text).toEqual([]);
  });
});
