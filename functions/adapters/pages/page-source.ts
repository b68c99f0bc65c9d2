// Pages of a command line: what looks like an address is loaded, all else is a path.
import type { PageSource } from '../../core/audit/audit-ports.ts';
import { addressPage } from './page-address.ts';
import { filePages } from './page-files.ts';

const ADDRESS = /^https?:\/\//i;

/** Pages one after the other, so that one site is asked one thing at a time. */
export const pageSource = (workingFolder: string): PageSource =>
  async function* pages(targets) {
    for (const target of targets) {
      if (ADDRESS.test(target)) yield await addressPage(target);
      else yield* filePages(target, workingFolder);
    }
  };
