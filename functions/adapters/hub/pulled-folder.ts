// The folder of pulled packages. A package gets there by one rename; whatever a killed process has left is mended by the next one.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageDraft } from '../../core/models/models-ports.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { lockFolder } from '../folder-lock.ts';
import { isMissing, onDisk, syncPath, writeSynced } from './disk.ts';

/** Names of folders that are not (or no longer) packages: .tmp-NAME-RANDOM and so on. Nothing that lists packages sees them. */
const PREFIX = { written: '.tmp-', replaced: '.old-', removed: '.gone-' } as const;

const RANDOM = /-[0-9a-f]{8}$/;
const RANDOM_CHARACTERS = 8;

const temporary = (prefix: string, name: string): string => `${prefix}${name}-${randomUUID().slice(0, RANDOM_CHARACTERS)}`;

const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw thrown;
  }
};

const isLeftover = (name: string): boolean => Object.values(PREFIX).some((prefix) => name.startsWith(prefix)) && RANDOM.test(name);

/** A replaced package whose replacement did not come is put back; everything else that is half done goes. */
const mend = async (folder: string): Promise<void> => {
  for (const name of (await namesIn(folder)).filter(isLeftover)) {
    const home = join(folder, name.slice(PREFIX.replaced.length).replace(RANDOM, ''));
    if (name.startsWith(PREFIX.replaced) && !existsSync(home)) await rename(join(folder, name), home);
    else await rm(join(folder, name), { recursive: true, force: true });
  }
  await syncPath(folder);
};

const BUSY = 'Another models command works here now: wait until it is done';

/** Has the folder alone, mended. @throws FolderInUse, PullFailed */
export const lockPulled = (folder: string): Promise<() => void> =>
  onDisk(folder, async () => {
    const release = lockFolder(join(folder, '.lock'), BUSY);
    try {
      await mend(folder);
    } catch (thrown) {
      release();
      throw thrown;
    }
    return release;
  });

/** As `lockPulled` for a moment, when something is to be mended and nobody works there. */
export const mendPulled = async (folder: string): Promise<void> => {
  if (!(await namesIn(folder)).some(isLeftover)) return;
  try {
    (await lockPulled(folder))();
  } catch {
    // whoever works there mends it
  }
};

/** Names of the packages. */
export const pulledNames = async (folder: string): Promise<string[]> => (await namesIn(folder)).filter((name) => !name.startsWith('.'));

/** Puts a whole folder at its final place. An older one is away only between two renames, and comes back if this process dies there. */
const swapIn = async (folder: string, written: string, name: string): Promise<void> => {
  const final = join(folder, name);
  const old = join(folder, temporary(PREFIX.replaced, name));
  const hasOld = existsSync(final);
  if (hasOld) await rename(final, old);
  await rename(written, final);
  await syncPath(folder);
  if (hasOld) await rm(old, { recursive: true, force: true });
};

/** Begins a package; `check` opens what was written. Only for who holds the lock. */
export const beginPackage = async (folder: string, name: string, check: (written: string) => Promise<void>): Promise<PackageDraft> => {
  const written = join(folder, temporary(PREFIX.written, name));
  await onDisk(folder, () => mkdir(written, { recursive: true }));
  return {
    write: (path, bytes) =>
      onDisk(join(folder, name, path), async () => {
        await writeSynced(join(written, path), bytes);
        return { path, bytes: bytes.length, sha256: await sha256Hex(bytes) };
      }),
    check: () => check(written),
    place: () =>
      onDisk(folder, async () => {
        await syncPath(written);
        await swapIn(folder, written, name);
        return join(folder, name);
      }),
    discard: () => rm(written, { recursive: true, force: true }),
  };
};

/** Removes a package: gone at once, its bytes a moment later. Only for who holds the lock. */
export const removePulled = (folder: string, name: string): Promise<void> =>
  onDisk(join(folder, name), async () => {
    const gone = join(folder, temporary(PREFIX.removed, name));
    await rename(join(folder, name), gone);
    await syncPath(folder);
    await rm(gone, { recursive: true, force: true });
  });
