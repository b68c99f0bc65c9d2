// The reference repositories of test/fixtures/hub as a hub has them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FakeRepository } from './fake-hub-answers.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/hub/', import.meta.url));

/** Layouts that there is a small repository of. */
export type FixtureLayout = 'vit-gpt2' | 'blip' | 'florence2';

const fixtureFolder = (layout: FixtureLayout): string => join(FOLDER, layout);

/** One of them; its commit is made up, and the same each time. */
export const fixtureRepository = (layout: FixtureLayout): FakeRepository => {
  const names = readdirSync(fixtureFolder(layout), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'golden.json')
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(fixtureFolder(layout).length + 1)
        .replaceAll(sep, '/'),
    );
  const files = new Map(names.toSorted().map((name) => [name, readFileSync(join(fixtureFolder(layout), name))]));
  const commit = createHash('sha1').update(layout).digest('hex');
  return { name: `reference/${layout}`, commit, files, large: new Set(names.filter((name) => name.endsWith('.onnx'))) };
};
