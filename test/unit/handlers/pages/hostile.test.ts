// Hostile visits to the page, a tenth of those of npm run reliability.
import { expect, it } from 'vitest';
import { fuzzPages } from '../../../reliability/page-fuzz.ts';

const VISITS = 1_000;
const SEED = 6;

it('the page answers fuzzed visits without 5xx, leaks and unescaped texts', async () => {
  expect((await fuzzPages(VISITS, SEED)).faults).toEqual([]);
});
