import { describe, expect, it } from 'vitest';
import { fuzz, refusedCursors } from '../../../reliability/api-fuzz.ts';
import { authorizationChecks } from '../../../reliability/authorization.ts';

const SEED = 5;

describe('the metadata API', () => {
  it('answers fuzzed requests without 5xx and leaks', async () => {
    expect((await fuzz(1_000, SEED)).faults).toEqual([]);
  });

  it('refuses tampered cursors', async () => {
    expect(await refusedCursors(200, SEED)).toBe(200);
  });

  it('lets every caller do what they may, and nothing else', async () => {
    expect((await authorizationChecks()).filter(({ right }) => !right)).toEqual([]);
  });
});
