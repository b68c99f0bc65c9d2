// The shipped attributes package behind the shipped captioner: what drawn products are, and that photos of other things have no attributes.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { captionerPool } from '../../../../functions/adapters/model/captioner-pool.ts';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';

const PATIENT_MS = 60_000;

const at = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

const captioner = await captionerPool({
  folder: at('models/m2'),
  session: { provider: 'cpu', threads: 1 },
  lanes: 1,
  limits: { ...DEFAULT_LIMITS, decodeTimeoutMs: PATIENT_MS },
  inferenceTimeoutMs: PATIENT_MS,
  analysis: { stages: ['attributes'], folder: at('models'), stageTimeoutMs: PATIENT_MS },
});
afterAll(() => captioner.close());

const factsOf = async (bytes: Uint8Array): Promise<Facts | undefined> => {
  const [outcome] = await captioner.caption([{ bytes }], {});
  if (outcome === undefined || outcome instanceof Error) throw outcome;
  return outcome.facts;
};

/** A shirt as a child would draw it, on white. */
const shirt = (colour: string): Promise<Uint8Array> =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800"><rect width="600" height="800" fill="#fff"/>
       <path d="M200 150 Q300 210 400 150 L540 240 L490 350 L430 310 L430 690 Q300 710 170 690 L170 310 L110 350 L60 240 Z" fill="${colour}"/>
       <path d="M230 162 Q300 215 370 162" fill="none" stroke="#0004" stroke-width="8"/></svg>`,
    ),
  )
    .jpeg()
    .toBuffer();

describe('the attributes package', () => {
  it.each([
    ['red', '#c81e28'],
    ['blue', '#2348b8'],
    ['black', '#1a1a1c'],
    ['green', '#1f7a34'],
  ])('knows a %s shirt', async (name, colour) => {
    const facts = await factsOf(await shirt(colour));
    expect(facts).toMatchObject({ by: { attributes: expect.stringMatching(/^attributes@\d/) } });
    expect(facts).not.toHaveProperty('failed');
    expect(facts?.attributes).toMatchObject({ type: { value: expect.stringContaining('shirt') }, colour: { value: name } });
    for (const { confidence } of Object.values(facts?.attributes ?? {})) expect(confidence).toBeLessThanOrEqual(1);
  });

  it.each(['astronaut', 'cameraman', 'cat', 'coffee', 'raccoon', 'rocket'])('tells no attributes of %s.jpg', async (name) => {
    const facts = await factsOf(readFileSync(at(`test/fixtures/photos/${name}.jpg`)));
    expect(facts).toMatchObject({ attributes: {}, scene: [] });
  });
});
