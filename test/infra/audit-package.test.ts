// The npm package of the audit, bundled into somebody's project: plain Node runs it, without type stripping and without our dependencies.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditHtml } from '../../functions/wiring/audit.ts';
import type { auditHtml as packedAudit } from '../../infra/audit-html.d.ts';
import { bundleAudit, packedManifest } from '../../infra/audit-package.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const MAX_BYTES = 500_000;
const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
const { bin, exports: entries }: { bin: Record<string, string>; exports: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(join(REPOSITORY, 'package.json'), 'utf8'),
);
const program = bin['caption-on-upload'] ?? '';

const project = mkdtempSync(join(tmpdir(), 'audit-package-'));
const home = join(project, 'node_modules', 'caption-on-upload');
const page = join(REPOSITORY, 'test', 'fixtures', 'audit', 'page.html');

const node = (...argv: string[]) =>
  spawnSync(process.execPath, ['--no-experimental-strip-types', ...argv], { cwd: project, encoding: 'utf8', env: {} });

beforeAll(() => {
  bundleAudit(join(home, 'dist'));
  mkdirSync(join(home, program, '..'), { recursive: true });
  copyFileSync(join(REPOSITORY, program), join(home, program));
  writeFileSync(join(home, 'package.json'), JSON.stringify(packedManifest(manifest)));
  copyFileSync(page, join(project, 'page.html'));
});

afterAll(() => rmSync(project, { recursive: true }));

describe('the npm package', () => {
  it('asks for no other packages', () => {
    expect(Object.keys(packedManifest(manifest))).toEqual([
      'name',
      'version',
      'description',
      'license',
      'private',
      'type',
      'engines',
      'bin',
      'exports',
      'files',
    ]);
    expect(Object.values(packedManifest(manifest))).not.toContain(undefined);
  });

  it('audits pages where it is called', () => {
    const { status, stdout, stderr } = node(join(home, program), 'audit', 'page.html', '--fail-under', '95');
    expect(stdout.split('\n')[0]).toBe(
      'page.html: 56 % of 50 images covered (19 good, 9 decorative, 10 missing, 12 suspicious; 5 hidden, not counted)',
    );
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'Less than 95 % of the images are covered\n' });
    expect(node(join(home, program), 'audit', 'page.html', '--fail-under', '56').status).toBe(0);
    expect(node(join(home, program), 'caption').status).toBe(2);
  });

  it('gives the function to other programs', () => {
    writeFileSync(
      join(project, 'use.mjs'),
      "import { auditHtml } from 'caption-on-upload/audit';\nconsole.log(JSON.stringify(auditHtml('<img src=a.jpg><img alt=\"\">').counts));\n",
    );
    const { stdout, stderr } = node('use.mjs');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ all: 2, good: 0, decorative: 1, missing: 1, suspicious: 0, hidden: 0 });
  });

  it('has types that are those of the function', () => {
    const packed: typeof packedAudit = auditHtml;
    const own: (...given: Parameters<typeof packedAudit>) => ReturnType<typeof auditHtml> = packed;
    expect(own('').counts.all).toBe(0);
    for (const file of Object.values(entries['./audit'] ?? {})) expect(readFileSync(join(home, file), 'utf8')).toContain('auditHtml');
  });

  it('is small, and passes on the licences of what is in it', () => {
    const bytes = ['caption-on-upload.js', 'audit-html.js'].map((name) => readFileSync(join(home, 'dist', name)).length);
    expect(Math.max(...bytes)).toBeLessThan(MAX_BYTES);
    const licences = readFileSync(join(home, 'dist', 'LICENSES.txt'), 'utf8');
    expect(licences).toMatch(/^entities\n.*\nparse5\n/s);
  });
});

describe('the checkout', () => {
  it('runs the sources by the same command', () => {
    const { status, stdout } = spawnSync(process.execPath, [join(REPOSITORY, program), 'audit', 'page.html'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('page.html: 56 % of 50 images covered');
  });
});
