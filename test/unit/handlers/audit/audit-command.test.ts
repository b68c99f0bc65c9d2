// The audit command with pages from memory: its line, what it prints, and its exit codes.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Page, Unreadable } from '../../../../functions/core/audit/audit-ports.ts';
import { AUDIT_RULES } from '../../../../functions/core/audit/judge-image.ts';
import { LINT_RULES } from '../../../../functions/core/lint/lint.ts';
import { parseAuditArguments } from '../../../../functions/handlers/audit/audit-arguments.ts';
import { type AuditPorts, auditCommand, packagedCommand } from '../../../../functions/handlers/audit/audit-command.ts';
import { auditPorts } from '../../../../functions/wiring/audit.ts';

const GOOD = '<img src="a.jpg" alt="A red bus in a street">';
const BAD = '<img src="b.jpg">\n  <img src="c.jpg" alt="IMG_1234.jpg">';
const PAGES: Record<string, Page | Unreadable> = {
  'good.html': { name: 'good.html', html: GOOD },
  'bad.html': { name: 'bad.html', html: `${GOOD}\n${BAD}` },
  'none.html': { name: 'none.html', html: '<p>Hello' },
  'gone.html': { name: 'gone.html', why: 'is not there' },
  'nasty.html': { name: 'na\u001b[2Jsty.html', html: `<img alt="\u001b[31mred\u202e ${'very '.repeat(80)}long">` },
};

const { images } = auditPorts('.', process.stdout, process.stderr);

const run = async (command: (argv: string[], ports: AuditPorts) => Promise<number>, ...argv: string[]) => {
  const told = { out: [] as string[], err: [] as string[] };
  const code = await command(argv, {
    pages: async function* pages(targets) {
      for (const target of targets) yield PAGES[target] ?? { name: target, why: 'is not there' };
    },
    images,
    out: (line) => void told.out.push(line),
    err: (line) => void told.err.push(line),
  });
  return { code, ...told };
};

const audit = (...argv: string[]) => run(auditCommand, ...argv);

describe('the audit command', () => {
  it('tells what is wrong, where, and what to do', async () => {
    const { code, out, err } = await audit('bad.html');
    expect(out).toEqual([
      'bad.html: 33.3 % of 3 images covered (1 good, 0 decorative, 1 missing, 1 suspicious)',
      '  2:1  missing     img  missing-alt  b.jpg',
      '       Add alt="..." that says what the picture shows or does; alt="" if it is decorative.',
      '  3:3  suspicious  img  file-name    "IMG_1234.jpg"',
      '       Say what the picture shows, or write alt="" if it is decorative.',
    ]);
    expect({ code, err }).toEqual({ code: 0, err: [] });
  });

  it('sums several pages up', async () => {
    const { out } = await audit('good.html', 'none.html', 'bad.html');
    expect(out[1]).toBe('none.html: 100 % of 0 images covered (0 good, 0 decorative, 0 missing, 0 suspicious)');
    expect(out.at(-1)).toBe('3 pages: 50 % of 4 images covered (2 good, 0 decorative, 1 missing, 1 suspicious)');
  });

  it.each([
    ['50', 0],
    ['50.1', 1],
    ['0', 0],
    ['100', 1],
  ])('compares with --fail-under %s over all pages', async (percent, expected) => {
    const { code, err } = await audit('good.html', 'bad.html', '--fail-under', percent);
    expect(code).toBe(expected);
    expect(err).toEqual(expected === 0 ? [] : [`Less than ${Number(percent)} % of the images are covered`]);
  });

  it('counts what a rule says no longer when the rule is ignored', async () => {
    expect((await audit('bad.html', '--ignore', 'file-name,image-of', '--ignore', 'only-title')).out[0]).toContain('66.6 %');
  });

  it('fails when a page cannot be read, and reads the others', async () => {
    const { code, out, err } = await audit('gone.html', 'good.html');
    expect(code).toBe(1);
    expect(err).toEqual(['gone.html is not there', '1 of 2 could not be read']);
    expect(out[0]).toContain('good.html: 100 %');
  });

  it('gives JSON to programs, and nothing else on that stream', async () => {
    const { out } = await audit('bad.html', 'gone.html', '--json');
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      coverage: 100 / 3,
      counts: { all: 3, good: 1, missing: 1 },
      pages: [{ name: 'bad.html', images: [{ status: 'good' }, { status: 'missing', line: 2 }, { findings: [{ rule: 'file-name' }] }] }],
      unreadable: [{ name: 'gone.html', why: 'is not there' }],
    });
  });

  it('hands nothing to the terminal that it would obey, and shortens long texts', async () => {
    const lines = (await audit('nasty.html')).out;
    for (const line of lines) {
      expect(line).not.toMatch(/\p{Cc}|\u202e/u);
      expect(line.length).toBeLessThan(150);
    }
    expect(lines.join()).toContain('"\\u001b[31mred\\u202e very');
  });

  it.each([
    [[], 'Expected at least one address, file or folder'],
    [['a.html', '--fail-under', 'most'], 'Expected a number from 0 to 100 for --fail-under but received "most"'],
    [['a.html', '--fail-under', '101'], 'received "101"'],
    [['a.html', '--ignore', 'nothing'], 'Expected rules for --ignore but received "nothing"; they are: all-caps, '],
    [['a.html', '--ignore', 'missing-alt'], 'received "missing-alt"'],
    [['ftp://example.com/a.html'], 'Expected http or https but received "ftp://example.com/a.html"'],
    [['a.html', '--colour'], '--colour'],
  ])('refuses %j', async (argv, message) => {
    const { code, out, err } = await audit(...argv);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err[0]).toContain(message);
    expect(err[0]).toMatch(/\(try --help\)$/);
  });

  it('helps with every option that it takes', async () => {
    const { code, out } = await audit('--help');
    expect(code).toBe(0);
    for (const option of ['--fail-under', '--ignore', '--json', '--help']) expect(out[0]).toContain(`  ${option}`);
  });

  it('lets errors of its own code through', async () => {
    const broken = auditCommand(['a.html'], {
      pages: () => {
        throw new TypeError('a mistake');
      },
      images,
      out: () => undefined,
      err: () => undefined,
    });
    await expect(broken).rejects.toThrow('a mistake');
  });
});

describe('the page about the command', () => {
  const page = readFileSync(new URL('../../../../docs/audit-command.md', import.meta.url), 'utf8');

  it('has every rule', () => {
    const ids = [...Object.keys(AUDIT_RULES), ...LINT_RULES.map(({ id }) => id)];
    expect(ids.filter((id) => !page.includes(`| \`${id}\` |`))).toEqual([]);
  });

  it.each([...page.matchAll(/^npx caption-on-upload audit ([^#\n]*)/gm)].map(([, line = '']) => line.trim()))(
    'shows a line that is understood: %s',
    (line) => {
      expect(() => parseAuditArguments(line.split(/\s+/))).not.toThrow();
    },
  );
});

describe('the program of the package', () => {
  it('audits', async () => {
    expect(await run(packagedCommand, 'audit', 'good.html')).toMatchObject({ code: 0, out: [expect.stringContaining('100 %')] });
    expect(await run(packagedCommand, '--help')).toMatchObject({ code: 0 });
  });

  it.each([
    [['caption', 'a.jpg'], 'Expected the command audit but received "caption" (try --help)'],
    [[], 'Expected the command audit (try --help)'],
  ])('does nothing else: %j', async (argv, message) => {
    expect(await run(packagedCommand, ...argv)).toEqual({ code: 2, out: [], err: [message] });
  });
});
