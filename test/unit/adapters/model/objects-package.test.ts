// The shipped objects package through the runtime, against what Pillow and onnxruntime find in Python (models/training/detect/golden.py).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeStages } from '../../../../functions/adapters/model/analysis-stages.ts';
import { nativeGate } from '../../../../functions/adapters/model/native-gate.ts';
import { decodeForAnalysis } from '../../../../functions/adapters/model/sharp-analysis.ts';
import type { Box, FoundObject } from '../../../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../../../functions/core/picture/picture-limits.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

type Expected = { objects: FoundObject[]; people: number };

const golden: Record<string, Expected> = JSON.parse(readFileSync(at('test/fixtures/goldens/objects.json'), 'utf8'));

/** JPEG decoders differ by a shade here and there. */
const CONFIDENCE_TOLERANCE = 0.03;
const SAME_PLACE_IOU = 0.9;

const [stage] = await makeStages({ stages: ['objects'], folder: at('models'), session: { provider: 'cpu', threads: 1 } }, nativeGate());

const shared = (a: number, aLength: number, b: number, bLength: number): number =>
  Math.max(0, Math.min(a + aLength, b + bLength) - Math.max(a, b));

const iou = (a: Box, b: Box): number => {
  const both = shared(a[0], a[2], b[0], b[2]) * shared(a[1], a[3], b[1], b[3]);
  return both / (a[2] * a[3] + b[2] * b[3] - both);
};

const sureOnes = (objects: readonly FoundObject[], from: number) => objects.filter(({ confidence = 0 }) => confidence >= from);

describe('the objects package', () => {
  it.each(Object.entries(golden))('finds in %s what it finds in Python', async (name, { objects, people }) => {
    const bytes = readFileSync(at(`test/fixtures/photos/${name}`));
    const { pixels, encoding } = await decodeForAnalysis(bytes, DEFAULT_LIMITS);
    const facts = await stage?.run({ pixels, size: pixels, encoding, found: {} });
    expect(facts?.people?.count).toBe(people);
    for (const one of sureOnes(objects, 0.5 + CONFIDENCE_TOLERANCE)) {
      const same = facts?.objects?.find(({ label, box }) => label === one.label && iou(box, one.box) >= SAME_PLACE_IOU);
      expect(same, `${one.label} at ${one.box}`).toBeDefined();
      expect(Math.abs((same?.confidence ?? 0) - (one.confidence ?? 0))).toBeLessThan(CONFIDENCE_TOLERANCE);
      expect(Math.abs((same?.named ?? 0) - (one.named ?? 0))).toBeLessThan(CONFIDENCE_TOLERANCE);
    }
    expect(facts?.objects?.length).toBeGreaterThanOrEqual(sureOnes(objects, 0.5 + CONFIDENCE_TOLERANCE).length);
    expect(sureOnes(facts?.objects ?? [], 0.5 + CONFIDENCE_TOLERANCE).length).toBeLessThanOrEqual(objects.length);
  });

  it('has something to find', () => {
    expect(Object.values(golden).flatMap(({ objects }) => objects.map(({ label }) => label))).toEqual(
      expect.arrayContaining(['cat', 'person', 'cup']),
    );
  });
});
