import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelOfTier, TIERS, tiersOf, withModel } from '../../../../functions/core/models/context-models.ts';
import { renamed } from '../../../../infra/settings.ts';

const CDK = readFileSync(new URL('../../../../cdk.json', import.meta.url), 'utf8');

const text = (context: string): string => `{ "app": "x",\n  "context": {${context}} }\n`;

describe('the model of a tier', () => {
  it('is read by its present name, else by the old one', () => {
    expect(modelOfTier(text('"workerModel": "a", "gpuModel": "b"'), 'worker')).toBe('a');
    expect(modelOfTier(text('"gpuModel": "b"'), 'worker')).toBe('b');
    expect(modelOfTier(text('"uploadModel": ""'), 'upload')).toBeUndefined();
  });

  it('is the one that a deployment takes when both names are there and one only says the default', () => {
    const both = text('"workerModel": "m2", "gpuModel": "big"');
    expect(renamed(JSON.parse(both).context)).toEqual({ workerModel: 'big' });
    expect(modelOfTier(both, 'worker')).toBe('big');
    expect(tiersOf(both, 'big')).toEqual(['worker']);
  });

  it('is used by its name or by its path', () => {
    expect(tiersOf(text('"uploadModel": "./models/pulled/big/", "workerModel": "big"'), 'big')).toEqual(TIERS);
    expect(tiersOf(text('"uploadModel": "m2"'), 'big')).toEqual([]);
  });

  it.each(['', '[]', '{}', '{"context": []}', '{"context": 1'])('is not read from %j', (wrong) => {
    expect(() => modelOfTier(wrong, 'upload')).toThrow('cdk.json: expected JSON with an object "context"');
  });
});

describe('a changed model', () => {
  it.each(TIERS)('changes one value of our own cdk.json and no other character (%s)', (tier) => {
    const changed = withModel(CDK, tier, 'big');
    expect(modelOfTier(changed, tier)).toBe('big');
    expect(withModel(changed, tier, modelOfTier(CDK, tier) ?? '')).toBe(CDK);
  });

  it.each([
    ['"uploadModel":"m2"', '"uploadModel":"big"'],
    ['\n    "a": ["uploadModel"],\n    "uploadModel" : null', '\n    "a": ["uploadModel"],\n    "uploadModel" : "big"'],
    ['\n    "a": 1\n  ', '\n    "uploadModel": "big",\n    "a": 1\n  '],
    ['', '"uploadModel": "big"'],
    ['"uploadModel": "with \\" and \\\\"', '"uploadModel": "big"'],
  ])('is written into %j', (before, after) => {
    expect(withModel(text(before), 'upload', 'big')).toBe(text(after));
  });

  it('keeps the old name of the setting where that is used', () => {
    expect(withModel(text('"gpuModel": "m2"'), 'worker', 'big')).toBe(text('"gpuModel": "big"'));
  });

  it('is written to both names of the setting, which a deployment would refuse to be different', () => {
    const changed = withModel(text('"workerModel": "m2", "gpuModel": "big"'), 'worker', 'huge');
    expect(changed).toBe(text('"workerModel": "huge", "gpuModel": "huge"'));
    expect(renamed(JSON.parse(changed).context)).toEqual({ workerModel: 'huge' });
  });

  it.each(['"uploadModel": 1', '"a": {"uploadModel": "x"}, "uploadModel": "m2"'])('is left to people in %j', (odd) => {
    expect(() => withModel(text(odd), 'upload', 'big')).toThrow('write "uploadModel": "big" into "context" yourself');
  });
});
