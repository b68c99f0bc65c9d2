// The packages on this machine: those of the checkout in FOLDER, and those pulled in FOLDER/pulled.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkStagePackage } from '../../captioner/analysis/stage-package.ts';
import { openPackage } from '../../captioner/package.ts';
import type { FoundPackage, ModelStore } from '../../core/models/models-ports.ts';
import { packageFolder } from '../model/package-folder.ts';
import { tokenizerWords } from '../model/tokenizer-words.ts';
import { freeBytesAt, onDisk } from './disk.ts';
import { MANIFEST, packageSummary } from './package-summary.ts';
import { beginPackage, lockPulled, mendPulled, pulledNames, removePulled } from './pulled-folder.ts';

/** Where packages are, and where a pull loads to; `check` opens a package as the service does. */
export type StorePlaces = { modelsFolder: string; loadFolder: string; check(folder: string): Promise<void> };

/** The store. */
export const packageStore = ({ modelsFolder, loadFolder, check }: StorePlaces): ModelStore => {
  const pulledFolder = join(modelsFolder, 'pulled');
  const folderOf = ({ name, place }: FoundPackage): string => join(place === 'pulled' ? pulledFolder : modelsFolder, name);
  const shippedNames = async (): Promise<string[]> => {
    const names = await onDisk(modelsFolder, () => readdir(modelsFolder));
    return names.filter((name) => !name.startsWith('.') && existsSync(join(modelsFolder, name, MANIFEST)));
  };
  const found = (place: FoundPackage['place'], names: readonly string[]) =>
    names.toSorted().map(async (name) => {
      const one = { name, place, summary: undefined };
      return { ...one, summary: await packageSummary(folderOf(one)) };
    });
  return {
    async packages() {
      await mendPulled(pulledFolder);
      return Promise.all([...found('shipped', await shippedNames()), ...found('pulled', await pulledNames(pulledFolder))]);
    },
    async verify(one) {
      const reader = packageFolder(folderOf(one));
      if (one.summary?.stage === undefined) await openPackage(reader, tokenizerWords);
      else await checkStagePackage(reader);
    },
    lock: () => lockPulled(pulledFolder),
    begin: (name) => beginPackage(pulledFolder, name, check),
    remove: (name) => removePulled(pulledFolder, name),
    freeBytes: () => onDisk(modelsFolder, async () => Math.min(await freeBytesAt(pulledFolder), await freeBytesAt(loadFolder))),
    isReserved: async (name) => existsSync(join(modelsFolder, name)),
  };
};
