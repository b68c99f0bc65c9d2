// Reads the page's files once, when the function starts: those of functions/web, which lie beside the bundle.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { WebFiles } from '../handlers/pages/page-env.ts';

const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' } as const;

const FILES = [
  { name: 'page.css', type: TYPES.css },
  { name: 'page.js', type: TYPES.js },
  { name: 'favicon.svg', type: TYPES.svg },
  { name: 'fill-alt.js', type: TYPES.js },
] as const;

/** Characters of a digest, of 64: as many as no two files ever share. */
const DIGEST_CHARACTERS = 32;

/** The files of a folder. @throws ConfigError when one is missing */
export const readWebFiles = (folder: string): WebFiles =>
  new Map(
    FILES.map(({ name, type }) => {
      try {
        const content = readFileSync(join(folder, name), 'utf8');
        const digest = createHash('sha256').update(content).digest('hex').slice(0, DIGEST_CHARACTERS);
        return [`/${name}`, { content, type, digest }];
      } catch {
        throw new ConfigError(`the page: expected the file ${name} beside the program but found none; bundle the function again`);
      }
    }),
  );
