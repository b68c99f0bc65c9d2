// node test/bench/cold-start.ts [ROUNDS]: what a new Lambda process does before its first answer, each time in a fresh process with
// nothing but the bundle and the layers: import of the ingest bundle; then package check and model sessions, then the first caption.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stage, USUAL_STAGES } from '../../functions/core/facts/facts.ts';
import { bundle, bundleEntry } from '../../infra/bundles.ts';
import { stagePackages } from '../../infra/model-packages.ts';
import { buildModelLayer, LAYER_MODELS } from '../../layers/model.ts';
import { buildNativeLayer, localNodePath } from '../../layers/native.ts';
import { REPOSITORY } from '../../layers/places.ts';

const ROUNDS = Number(process.argv[2] ?? 7);
const MODEL = 'm2';
const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';

/** Enough for the settings to be accepted; nothing is asked for at these addresses. */
const SETTINGS = {
  AWS_REGION: 'eu-west-1',
  TABLE_NAME: 'captions',
  EVENT_BUS_NAME: 'captions',
  MODEL,
  ANALYSIS: USUAL_STAGES.join(','),
  REFINE: 'none',
  RULE_PACKS_FILE: 'rule-packs.json',
  LEASE_SECONDS: '120',
  MAX_RECEIVES: '5',
  TOMBSTONE_DAYS: '30',
  USD_PER_SECOND: '0',
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const folder = mkdtempSync(join(tmpdir(), 'caption-cold-'));
const at = (name: string): string => join(folder, name);

/** Runs a program that prints its measurements as JSON. */
const measure = (program: string, env: Record<string, string>): Record<string, number> =>
  JSON.parse(execFileSync(process.execPath, ['-e', program], { cwd: folder, env, encoding: 'utf8' }));

const TIMED_IMPORT = (name: string): string =>
  `const began = performance.now(); const entry = require(${JSON.stringify(join(at(name), 'index.js'))}); const importMs = performance.now() - began;`;

try {
  bundle('ingest', at('ingest'));
  bundleEntry(join(REPOSITORY, 'test/support/bundled-captioner.ts'), at('captioner'), true);
  buildNativeLayer(architecture, folder);
  for (const found of [join(REPOSITORY, 'models', MODEL), ...stagePackages(USUAL_STAGES)]) buildModelLayer(found, folder);
  const nodePath = localNodePath(architecture, folder);
  const order = { photo: join(REPOSITORY, 'test/fixtures/photos/cat.jpg'), model: join(at(LAYER_MODELS), MODEL), nodePath };
  const ingest = `${TIMED_IMPORT('ingest')} process.stdout.write(JSON.stringify({ importMs }), () => process.exit());`;
  const caption = (stages: readonly Stage[]): string =>
    `${TIMED_IMPORT('captioner')} entry.handler(${JSON.stringify({ ...order, stages })}).then(({ readyMs, captionMs }) =>
    console.log(JSON.stringify({ importMs, readyMs, captionMs, wholeMs: performance.now() })));`;
  const imports: number[] = [];
  const rounds: Record<string, number>[] = [];
  const analysing: Record<string, number>[] = [];
  const load = loadavg()[0] ?? 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    imports.push(measure(ingest, { ...SETTINGS, NODE_PATH: nodePath, MODELS_DIR: at(LAYER_MODELS) }).importMs ?? Number.NaN);
    rounds.push(measure(caption([]), { NODE_PATH: nodePath }));
    analysing.push(measure(caption(USUAL_STAGES), { NODE_PATH: nodePath }));
  }
  const of = (part: string, from = rounds): string => `${median(from.map((round) => round[part] ?? Number.NaN)).toFixed(0)} ms`;
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} CPUs, load before ${load.toFixed(2)}, Node ${process.version}`,
  );
  console.log(`cold start, ${MODEL}, 1 lane of 1 thread, medians of ${ROUNDS} fresh processes`);
  console.log(`  import of the ingest bundle ${median(imports).toFixed(0)} ms`);
  console.log(`  package checked, sessions made, decoder started ${of('readyMs')}`);
  console.log(`  first caption ${of('captionMs')}`);
  console.log(`  with the analysis: ready after ${of('readyMs', analysing)}, first caption and facts ${of('captionMs', analysing)}`);
  console.log(`  a captioner alone, from the start of its process to its first caption ${of('wholeMs')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
