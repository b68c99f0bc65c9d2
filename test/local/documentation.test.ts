// The examples of README.md and of the API's pages in docs, run by a shell against the service as they stand there; the cost tables, computed again.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costTable } from '../../infra/cost-table.ts';
import type { LocalService } from '../../infra/local/service.ts';
import { startForTest, temporaryFolder } from '../support/local-service.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(`${REPOSITORY}${name}`, 'utf8');
const blocksOf = (text: string): string[] => [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);

const hasTools = ['bash', 'curl'].every((tool) => spawnSync(tool, ['--version']).status === 0);
if (!hasTools) process.stderr.write('documentation.test.ts: bash and curl are needed to run the examples; they are skipped\n');

const dataFolder = temporaryFolder();
let service: LocalService;

beforeAll(async () => {
  if (hasTools) ({ service } = await startForTest({ dataFolder }));
}, 120_000);

afterAll(async () => {
  await service?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** Runs a script at the root of the repository; everything it prints, and its exit code. */
const run = (script: string): Promise<{ code: number | null; printed: string }> =>
  new Promise((resolve) => {
    const addresses = `API=${service.apiUrl} S3=${service.s3Url}`;
    const shell = spawn('bash', ['-euo', 'pipefail', '-c', `${addresses}\n${script}`], { cwd: REPOSITORY });
    let printed = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
    shell.once('close', (code) => resolve({ code, printed }));
  });

describe.skipIf(!hasTools)('the examples', () => {
  it('of docs/api.md work, one after the other', async () => {
    const { code, printed } = await run(blocksOf(read('docs/api.md')).join('\n'));
    expect(printed).toContain('"state":"READY"');
    expect(printed).toContain('304');
    expect(printed).toContain('"status":"ok"');
    expect(code, printed).toBe(0);
  });

  it.each(['docs/outputs.md', 'docs/editing.md'])('of %s work, one after the other', async (page) => {
    const { code, printed } = await run(
      blocksOf(read(page))
        .filter((block) => block.includes('$API') || block.includes('$IMAGE'))
        .join('\n'),
    );
    expect(code, printed).toBe(0);
  });

  it('of the README work', async () => {
    const blocks = blocksOf(read('README.md')).filter((block) => block.includes('$API'));
    expect(blocks.length).toBeGreaterThan(0);
    const { code, printed } = await run(blocks.join('\n'));
    expect(printed).toContain('"key":"raccoon.jpg"');
    expect(code, printed).toBe(0);
  });
});

describe('the cost tables of the README', () => {
  it.each([{}, { gpu: 'spot' }])('are what the command prints with %o', (flags) => {
    expect(read('README.md')).toContain(costTable(flags));
  });
});
