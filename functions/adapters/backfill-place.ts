// Where a backfill has got to, in a small file that is written whole or not at all.
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import * as z from 'zod';
import { CodedError } from '../core/errors.ts';
import type { BackfillPlace } from '../core/operate/operate-ports.ts';

const position = z.object({ bucket: z.string(), prefix: z.string(), after: z.string(), models: z.string().exactOptional() });

const isMissing = (thrown: unknown): boolean => thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';

/** The file. @throws CodedError INTERNAL when it cannot be read or written, or holds something else */
export const backfillPlace = (file: string): BackfillPlace => {
  const failed = (did: string, thrown: unknown): CodedError => {
    const why = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'it holds something else';
    return new CodedError('INTERNAL', `${file} cannot be ${did} (${why}): remove it, or begin without --resume`, thrown);
  };
  return {
    async load() {
      try {
        return position.parse(JSON.parse(await readFile(file, 'utf8')));
      } catch (thrown) {
        if (isMissing(thrown)) return undefined;
        throw failed('read', thrown);
      }
    },
    async save(reached) {
      const temporary = `${file}.${randomUUID()}`;
      try {
        const handle = await open(temporary, 'wx');
        try {
          await handle.writeFile(JSON.stringify(reached));
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(temporary, file);
      } catch (thrown) {
        await rm(temporary, { force: true });
        throw failed('written', thrown);
      }
    },
    clear: () => rm(file, { force: true }),
  };
};
