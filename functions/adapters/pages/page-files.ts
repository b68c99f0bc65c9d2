// Pages on disk: files by name, and those of folders, found without following links.
import { constants, type Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page, Unreadable } from '../../core/audit/audit-ports.ts';
import { MAX_PAGE_BYTES, pageText } from './page-bytes.ts';

/** Names of pages in folders; a file that is named on the command line may be called as it likes. */
const PAGE_NAME = /\.(?:html?|xhtml)$/i;

/** Folders below a folder: more is a loop or a mistake. */
const MAX_DEPTH = 32;

/** Pages of one folder and all below it. */
const MAX_PAGES = 20_000;

const SKIPPED = 'node_modules';

/** A pipe must not hang us: opening one for reading would wait for a writer. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

const MEGABYTE = 1024 * 1024;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'may not be read',
  EISDIR: 'is a folder',
  ELOOP: 'is a link to itself',
  ENAMETOOLONG: 'has too long a name',
};

const whyOf = (thrown: unknown): string => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown);
  return WHY[code] ?? `cannot be read (${code})`;
};

const readPage = async (name: string, path: string): Promise<Page | Unreadable> => {
  try {
    const file = await open(path, OPEN_FLAGS);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return { name, why: 'is not a regular file' };
      if (stats.size > MAX_PAGE_BYTES) return { name, why: `has more than ${MAX_PAGE_BYTES / MEGABYTE} MB` };
      return { name, html: pageText(await file.readFile()) };
    } finally {
      await file.close();
    }
  } catch (thrown) {
    return { name, why: whyOf(thrown) };
  }
};

type Found = { pages: { name: string; path: string }[]; unreadable: Unreadable[] };
type Folder = { name: string; path: string; depth: number };

const sort = (entry: Dirent, { name, path, depth }: Folder, found: Found, pending: Folder[]): void => {
  const [below, at] = [join(name, entry.name), join(path, entry.name)];
  if (entry.isDirectory() && depth === MAX_DEPTH) found.unreadable.push({ name: below, why: `lies more than ${MAX_DEPTH} folders deep` });
  else if (entry.isDirectory()) pending.push({ name: below, path: at, depth: depth + 1 });
  else if (!PAGE_NAME.test(entry.name)) return;
  else if (entry.isFile()) found.pages.push({ name: below, path: at });
  else found.unreadable.push({ name: below, why: entry.isSymbolicLink() ? 'is a link, which is not followed' : 'is not a regular file' });
};

/** Pages of a folder and below, without hidden folders and node_modules, by name. */
const pagesBelow = async (root: Folder): Promise<Found> => {
  const found: Found = { pages: [], unreadable: [] };
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined && found.pages.length < MAX_PAGES; folder = pending.pop()) {
    try {
      const entries = await readdir(folder.path, { withFileTypes: true });
      const shown = entries.filter(({ name }) => !name.startsWith('.') && name !== SKIPPED);
      for (const entry of shown) sort(entry, folder, found, pending);
    } catch (thrown) {
      found.unreadable.push({ name: folder.name, why: whyOf(thrown) });
    }
  }
  if (found.pages.length >= MAX_PAGES)
    found.unreadable.push({ name: root.name, why: `has ${MAX_PAGES} pages or more; name smaller folders` });
  found.pages.sort((a, b) => (a.name < b.name ? -1 : 1));
  return found;
};

/** The page of a file, or the pages of a folder. @param target path as it was given, relative to `workingFolder` */
export async function* filePages(target: string, workingFolder: string): AsyncGenerator<Page | Unreadable> {
  const path = resolve(workingFolder, target);
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    yield await readPage(target, path);
    return;
  }
  const { pages, unreadable } = await pagesBelow({ name: target, path, depth: 0 });
  for (const page of pages) yield await readPage(page.name, page.path);
  yield* unreadable;
  if (pages.length + unreadable.length === 0) yield { name: target, why: 'has no pages (.html, .htm or .xhtml) in it' };
}
