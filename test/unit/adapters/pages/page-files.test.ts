// Pages on disk: what is found in folders, in which encodings it is read, and that nothing is left out silently.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_PAGE_BYTES } from '../../../../functions/adapters/pages/page-bytes.ts';
import { pageSource } from '../../../../functions/adapters/pages/page-source.ts';
import type { Page, Unreadable } from '../../../../functions/core/audit/audit-ports.ts';

const TOO_DEEP = 40;
const folder = mkdtempSync(join(tmpdir(), 'audit-'));

const write = (path: string, content: string | Uint8Array): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
};

const pagesOf = async (...targets: string[]): Promise<(Page | Unreadable)[]> => {
  const pages: (Page | Unreadable)[] = [];
  for await (const page of pageSource(folder)(targets)) pages.push(page);
  return pages;
};

beforeAll(() => {
  write('site/index.html', 'one');
  write('site/b/two.HTM', 'two');
  write('site/a/three.xhtml', 'three');
  write('site/a/page.txt', 'no page');
  write('site/.git/four.html', 'hidden');
  write('site/node_modules/x/five.html', 'not ours');
  symlinkSync(join(folder, 'site'), join(folder, 'site', 'loop'));
  symlinkSync(join(folder, 'site', 'index.html'), join(folder, 'site', 'link.html'));
  symlinkSync('self.html', join(folder, 'self.html'));
  mkdirSync(join(folder, 'site', 'folder.html'));
  mkdirSync(join(folder, 'empty'));
  write(`deep/${'d/'.repeat(TOO_DEEP)}six.html`, 'six');
  write('large.html', '');
  truncateSync(join(folder, 'large.html'), MAX_PAGE_BYTES + 1);
  execFileSync('mkfifo', [join(folder, 'pipe.html')]);
  write('latin.html', Buffer.from('<meta charset="iso-8859-1">Z\xfcrich', 'latin1'));
  write('utf16.html', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Zürich', 'utf16le')]));
  write('mark.html', '\ufeffZürich');
  write('unknown.html', '<meta charset="klingon">Zürich');
  write('says16.html', '<meta charset="utf-16">Zürich');
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('pages on disk', () => {
  it('are found in folders by name, without following links, and links to pages are told', async () => {
    expect(await pagesOf('site')).toEqual([
      { name: 'site/a/three.xhtml', html: 'three' },
      { name: 'site/b/two.HTM', html: 'two' },
      { name: 'site/index.html', html: 'one' },
      { name: 'site/link.html', why: 'is a link, which is not followed' },
    ]);
  });

  it('may be called as they like when they are named', async () => {
    expect(await pagesOf('site/a/page.txt', join(folder, 'site/index.html'), 'site/link.html')).toMatchObject([
      { name: 'site/a/page.txt', html: 'no page' },
      { html: 'one' },
      { html: 'one' },
    ]);
  });

  it.each([
    ['gone.html', 'is not there'],
    ['self.html', 'is a link to itself'],
    ['pipe.html', 'is not a regular file'],
    ['large.html', 'has more than 10 MB'],
    ['empty', 'has no pages (.html, .htm or .xhtml) in it'],
    [`${'x'.repeat(300)}.html`, 'has too long a name'],
    ['site/index.html/x', 'cannot be read (ENOTDIR)'],
  ])('are told when they cannot be read: %s', async (name, why) => {
    expect(await pagesOf(name)).toEqual([{ name, why }]);
  });

  it('are looked for in 32 folders below a folder, and no deeper', async () => {
    expect(await pagesOf('deep')).toEqual([{ name: expect.stringContaining('deep/d/d'), why: 'lies more than 32 folders deep' }]);
  });

  it.each(['latin.html', 'utf16.html', 'mark.html', 'unknown.html', 'says16.html'])('are read in their encoding: %s', async (name) => {
    expect(await pagesOf(name)).toMatchObject([{ html: expect.stringMatching(/(?:^|>)Zürich$/) }]);
  });
});
