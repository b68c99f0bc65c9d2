// The models command as a process: a repository of a layout is pulled, and what comes of it captions.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { startFakeHub } from './fake-hub.ts';
import { type FixtureLayout, fixtureRepository } from './fixture-repository.ts';
import { finalState, runModels } from './models-run.ts';

const PHOTO = fileURLToPath(new URL('../fixtures/photos/cat.jpg', import.meta.url));
const CAPTION = fileURLToPath(new URL('../../functions/caption.ts', import.meta.url));

/** Pulls it into a folder of `modelsFolder()`, and captions a photo with it. */
export const pullAndCaption = async (root: string, layout: FixtureLayout): Promise<void> => {
  const hub = await startFakeHub(fixtureRepository(layout));
  const { code, err } = await runModels(root, { HF_ENDPOINT: hub.endpoint }, 'pull', `reference/${layout}@main`);
  await hub.close();
  expect({ code, last: err.at(-1) }).toEqual({ code: 0, last: 'every file is as it should be; converting' });
  expect(err).toHaveLength(3); // progress is for terminals
  expect(await finalState(root, layout)).toBe('whole');
  const env = { MODELS_DIR: join(root, 'models') };
  const line = execFileSync(process.execPath, [CAPTION, PHOTO, '--model', layout, '--json'], { env, encoding: 'utf8' });
  expect(JSON.parse(line)).toMatchObject({ status: 'captioned', model: `${layout}@${hub.repository.commit.slice(0, 12)}` });
};
