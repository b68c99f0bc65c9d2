// The image's packages stage, run here: npm's command and the pruning in a copy, and the worker started from what that leaves.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/tiny-package.ts';
import { startWorkerServers, type WorkerProcess } from '../support/worker-servers.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const TIMEOUT_MS = 240_000;
const START_MS = 60_000;
const POLL_MS = 50;
/** What npm says when there is no registry; then the stage cannot be run here. */
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED|ENETUNREACH/;

const commands = readFileSync(join(REPOSITORY, 'infra/worker/Dockerfile'), 'utf8')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .flatMap((line) => (line.startsWith('RUN ') ? [line.slice('RUN '.length).replace(/\s+/g, ' ')] : []));
/** All but what fetches the CUDA provider, which needs the internet, and the check that it came: what there is in the image for a CPU. */
const [install = '', ...prune] = (commands[0] ?? '').split(' && ');

const shell = (command: string, cwd: string) => spawnSync('sh', ['-c', command], { cwd, encoding: 'utf8' });

const healthOf = async (worker: WorkerProcess): Promise<number> => {
  const until = Date.now() + START_MS;
  while (Date.now() < until && worker.child.exitCode === null) {
    const port = worker.lines.find(({ message }) => message === 'worker runs')?.healthPort;
    if (port !== undefined) return (await fetch(`http://127.0.0.1:${port}/healthz`)).status;
    await sleep(POLL_MS);
  }
  throw new Error(`the worker did not run: ${worker.errors.join(' ')}`);
};

describe('the packages stage', () => {
  it('leaves what the worker needs, and little else', { timeout: TIMEOUT_MS }, async ({ skip }) => {
    const app = await temporaryFolder();
    for (const file of ['package.json', 'package-lock.json', '.npmrc', 'functions', 'models/m2'])
      cpSync(join(REPOSITORY, file), join(app, file), { recursive: true });
    const installed = shell(install, app);
    if (NO_REGISTRY.test(installed.stderr)) skip('npm reaches no registry');
    expect(installed.stderr).not.toContain('npm error');
    expect(installed.status).toBe(0);
    const binaries = join(app, 'node_modules/onnxruntime-node/bin/napi-v6');
    mkdirSync(join(binaries, 'linux/arm64'), { recursive: true });
    for (const command of prune) expect(shell(command, app).status).toBe(0);
    for (const gone of ['darwin', 'win32', 'linux/arm64']) expect(existsSync(join(binaries, gone))).toBe(false);
    expect(existsSync(join(binaries, 'linux/x64/onnxruntime_binding.node'))).toBe(process.arch === 'x64');
    for (const gone of ['vitest', 'aws-cdk-lib', 'typescript']) expect(existsSync(join(app, 'node_modules', gone))).toBe(false);
    if (process.arch !== 'x64') return; // the image is for x64: its runtime has just been pruned away here

    const servers = await startWorkerServers();
    try {
      const settings = { MODELS_DIR: join(app, 'models'), MODEL: 'm2', PROVIDER: 'cpu' };
      expect(await healthOf(servers.start(settings, join(app, 'functions/worker.ts')))).toBe(200);
    } finally {
      await servers.close();
    }
  });
});
