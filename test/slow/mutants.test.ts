// The template is what runs: one thing taken away from it or changed, and either the check at synthesis or the local run notices.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkTemplate } from '../../infra/check-template.ts';
import type { Template } from '../../infra/checks/look.ts';
import { assemblyFor, localContext } from '../../infra/local/assembly.ts';
import { localNotices, type Notice } from '../support/local-notices.ts';
import { ASSEMBLIES } from '../support/local-service.ts';
import { type Mutant, mutantsOf } from '../support/mutants.ts';
import { TINY } from '../support/tiny-package.ts';

const LEAST_MUTANTS = 20;
/** So many must not need the check of templates. */
const LEAST_BY_LOCAL_RUN = 8;
/** Starting takes time: of the variables and routes that the check of templates notices, the local run is asked about one of so many. */
const ONE_OF = 4;
/** Functions and servers start beside each other. */
const LANES = 3;

type Verdict = { name: string; checked: string | undefined; local: Notice | 'not asked' | undefined };

const folder = mkdtempSync(join(tmpdir(), 'caption-mutants-'));
const context = localContext({ uploadModel: TINY, workerModel: TINY, gpu: 'on-demand', refine: 'all' });
let right: Template;
let noticed: ReturnType<typeof localNotices>;
let verdicts: Verdict[];

const judge = async ({ name, template }: Mutant, place: number): Promise<Verdict> => {
  const [checked] = checkTemplate(template);
  const spared = checked !== undefined && /^(?:variable|route) gone/.test(name) && place % ONE_OF > 0;
  return { name, checked, local: spared ? 'not asked' : await noticed(template) };
};

beforeAll(async () => {
  const assembly = await assemblyFor(context, ASSEMBLIES);
  right = JSON.parse(assembly.templateText);
  noticed = localNotices(right, assembly, TINY, folder);
  const began = performance.now();
  const waiting = mutantsOf(right).entries();
  const judged: Verdict[] = [];
  const lane = async (): Promise<void> => {
    for (const [place, mutant] of waiting) judged[place] = await judge(mutant, place);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  verdicts = judged;
  console.log(`judged in ${Math.round((performance.now() - began) / 1000)} s`);
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds nothing wrong with the template itself, and runs it', async () => {
  expect(checkTemplate(right)).toEqual([]);
  expect(await noticed(right, true)).toBeUndefined();
});

const lineOf = ({ name, checked, local }: Verdict): string => {
  const by = [...(checked === undefined ? [] : [`check (${checked})`])];
  if (typeof local === 'object') by.push(`local run, ${local.when} (${local.line})`);
  return `${by.length > 0 ? 'caught' : 'MISSED'}  ${name}: ${by.join(' and ')}`;
};

it('notices every mutant', () => {
  const byLocal = verdicts.filter(({ local }) => typeof local === 'object').length;
  const byCheck = verdicts.filter(({ checked }) => checked !== undefined).length;
  const missed = verdicts.filter(({ checked, local }) => checked === undefined && local === undefined);
  const caught = verdicts.length - missed.length;
  console.log(verdicts.map(lineOf).join('\n'));
  console.log(
    `${caught} of ${verdicts.length} mutants caught: ${byCheck} by the check of templates, ${byLocal} by the local run without it`,
  );
  expect(missed).toEqual([]);
  expect(verdicts.length).toBeGreaterThanOrEqual(LEAST_MUTANTS);
  expect(byLocal).toBeGreaterThanOrEqual(LEAST_BY_LOCAL_RUN);
});
