// Figure 30: models pull is killed at random points, gets wrong bytes, a full disk, a hub that is away. No partial package is ever placed,
// each failure is one clear line, and the next pull succeeds with what is there.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type FakeHub, startFakeHub } from '../support/fake-hub.ts';
import { fixtureRepository } from '../support/fixture-repository.ts';
import type { DiskResult } from '../support/full-disk.ts';
import { type Ended, finalState, loadedFiles, modelsFolder, pulledNames, runModels, startModels } from '../support/models-run.ts';
import { randomFrom, whole } from '../support/random.ts';

const KILLS = 20;
const SEED = 5001;
const NAME = 'blip';
const REFERENCE = `reference/${NAME}@main`;

/** Slow enough that half of a pull is loading. */
const BYTES_PER_MS = 150;

/** Requests for files since a moment: how many, and how many that only asked for the rest. */
const filesAsked = ({ seen }: FakeHub, since: number) => {
  const asked = seen.slice(since).filter(({ path }) => !path.startsWith('/api/'));
  return { all: asked.length, rests: asked.filter(({ range }) => range !== undefined).length };
};

const problems: string[] = [];
const expected = (what: string, holds: boolean, found: unknown): void => {
  if (!holds) problems.push(`${what}: ${JSON.stringify(found)}`);
};

const pull = (root: string, hub: { endpoint: string }, ...more: string[]): Promise<Ended> =>
  runModels(root, { HF_ENDPOINT: hub.endpoint, ...timeoutOf(more) }, 'pull', REFERENCE);

const timeoutOf = ([seconds]: string[]): Record<string, string> => (seconds === undefined ? {} : { HF_HUB_DOWNLOAD_TIMEOUT: seconds });

type Counts = Record<'none' | 'whole' | 'partial' | 'mended' | 'parts' | 'resumed' | 'succeeded', number>;

/** One pull that is killed after `afterMs`, and the next one. */
const killOnce = async (hub: FakeHub, root: string, afterMs: number, all: number): Promise<Partial<Counts>> => {
  const hadOld = pulledNames(root).includes(NAME);
  const run = startModels(root, { HF_ENDPOINT: hub.endpoint }, 'pull', REFERENCE);
  await sleep(afterMs);
  run.child.kill('SIGKILL');
  await run.ended;
  const state = await finalState(root, NAME);
  const parts = Number(loadedFiles(root).length > 0);
  if (hadOld && state === 'none') await runModels(root, {}, 'list');
  const isBack = (await finalState(root, NAME)) === 'whole';
  expected('the older package is lost', isBack || !hadOld, pulledNames(root));
  const since = hub.seen.length;
  const next = await pull(root, hub);
  const asked = filesAsked(hub, since);
  const succeeded = next.code === 0 && (await finalState(root, NAME)) === 'whole' && pulledNames(root).join() === NAME;
  expected('the next pull', succeeded, next);
  const mended = Number(hadOld && state === 'none' && isBack);
  return { [state]: 1, mended, parts, resumed: parts && Number(asked.all < all || asked.rests > 0), succeeded: Number(succeeded) };
};

const kills = async (hub: FakeHub): Promise<void> => {
  const old = modelsFolder();
  const began = performance.now();
  const undisturbed = await pull(old, hub);
  const lastsMs = performance.now() - began;
  const { all } = filesAsked(hub, 0);
  expected('an undisturbed pull', undisturbed.code === 0, undisturbed);
  const random = randomFrom(SEED);
  const counts: Counts = { none: 0, whole: 0, partial: 0, mended: 0, parts: 0, resumed: 0, succeeded: 0 };
  for (let kill = 0; kill < KILLS; kill++) {
    const root = modelsFolder();
    if (kill % 2 === 1) cpSync(join(old, 'models/pulled'), join(root, 'models/pulled'), { recursive: true });
    const one = await killOnce(hub, root, whole(random, lastsMs), all);
    for (const [name, count] of Object.entries(one)) counts[name as keyof Counts] += count;
    rmSync(root, { recursive: true });
  }
  rmSync(old, { recursive: true });
  expected('partial packages', counts.partial === 0, counts);
  console.log(
    `${KILLS} kills within ${Math.round(lastsMs)} ms (seed ${SEED}), every second one over an older package: ${counts.partial} partial packages at the final path (${counts.none} none, ` +
      `${counts.whole} whole), ${counts.mended} put back by list; ${counts.succeeded} next pulls succeeded; of ${counts.parts} that had begun to load ${counts.resumed} took up what was there`,
  );
};

/** A pull that fails: exit 1, one line besides what was told before, nothing placed. */
const fails = async (what: string, line: RegExp, hub: { endpoint: string }, root = modelsFolder(), timeoutS?: string): Promise<string> => {
  const ended = await pull(root, hub, ...(timeoutS === undefined ? [] : [timeoutS]));
  const last = ended.err.at(-1) ?? '';
  const told = ended.err.slice(0, -1).filter((one) => !/ is [0-9a-f]{40} in |^\d+ files, [\d.]+ MB$|converting$/.test(one));
  expected(what, ended.code === 1 && line.test(last) && told.length === 0 && pulledNames(root).length === 0, ended);
  const others = loadedFiles(root).filter((name) => !name.startsWith('reference/'));
  expected(`${what}: left besides loaded files`, others.length === 0, others);
  rmSync(root, { recursive: true });
  console.log(`${what}: ${last}`);
  return last;
};

const wrongBytes = async (hub: FakeHub): Promise<void> => {
  for (const path of ['onnx/encoder_model.onnx', 'tokenizer.json']) {
    hub.faults = (about) => (about === path ? { wrongByteAt: 100 } : undefined);
    await fails(`wrong digest of ${path}`, /has (sha256|git-sha1) [0-9a-f]+, expected [0-9a-f]+: it was removed/, hub);
  }
  hub.faults = () => undefined;
};

const hubAway = async (hub: FakeHub): Promise<void> => {
  await fails('refused', /refuses connections/, { endpoint: 'http://127.0.0.1:1' });
  await fails('no such name', /The name of no-such-hub.invalid (is not known|cannot be looked up now)/, {
    endpoint: 'http://no-such-hub.invalid',
  });
  hub.faults = () => ({ stallAfter: 0 });
  await fails('stalls at once', /sent nothing for 1 s/, hub, modelsFolder(), '1');
  hub.faults = (about) => (about === 'onnx/encoder_model.onnx' ? { stallAfter: 1000 } : undefined);
  await fails('stalls in a file', /sent nothing for 1 s/, hub, modelsFolder(), '1');
  hub.faults = (about) => (about === 'onnx/encoder_model.onnx' ? { resetAfter: 1000 } : undefined);
  await fails('resets in a file', /broke|ended after/, hub);
  hub.faults = () => ({ status: 503 });
  await fails('fails', /fails with status 503/, hub);
  hub.faults = () => undefined;
};

const twoAtOnce = async (hub: FakeHub): Promise<void> => {
  const root = modelsFolder();
  const first = startModels(root, { HF_ENDPOINT: hub.endpoint }, 'pull', REFERENCE);
  while (loadedFiles(root).length === 0) await sleep(10);
  const second = await pull(root, hub);
  expected('the second of two', second.code === 1 && /Another models command works here now/.test(second.err.join()), second);
  expected('the first of two', (await first.ended).code === 0, await first.ended);
  rmSync(root, { recursive: true });
  console.log(`two at once: ${second.err.join(' ')}`);
};

/** On a disk of 6 MB in a mount namespace of its own; undefined where the system allows none. */
const smallDisk = (hub: FakeHub): Promise<DiskResult[] | undefined> =>
  new Promise((resolve) => {
    const disk = mkdtempSync(join(tmpdir(), 'small-disk-'));
    const program = fileURLToPath(new URL('../support/full-disk.ts', import.meta.url));
    const child = spawn('unshare', ['-rm', process.execPath, program, disk, REFERENCE, hub.endpoint], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => {
      rmSync(disk, { recursive: true, force: true });
      resolve(code === 0 ? JSON.parse(text) : undefined);
    });
  });

const fullDisk = async (hub: FakeHub): Promise<void> => {
  const results = await smallDisk(hub);
  if (results === undefined) {
    console.log('full disk: SKIPPED, this system allows no mount namespace (unshare -rm); test/unit has the refusal before loading');
    return;
  }
  for (const { name, first, placed, parts, second, state } of results) {
    const line = first.err.at(-1) ?? '';
    expected(name, first.code === 1 && /^The disk (has|is full)/.test(line) && placed.length === 0, first);
    expected(`${name}, with room again`, second.code === 0 && state === 'whole', second);
    console.log(
      `${name} (tmpfs of 6 MB): ${line} [${placed.length} packages, ${parts} loaded files left; with room again: exit ${second.code}]`,
    );
  }
};

const main = async (): Promise<void> => {
  const hub = await startFakeHub(fixtureRepository(NAME), BYTES_PER_MS);
  await kills(hub);
  await wrongBytes(hub);
  await fullDisk(hub);
  await hubAway(hub);
  await twoAtOnce(hub);
  await hub.close();
  for (const problem of problems) console.log(`MISSED ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
};

if (import.meta.main) await main();
