// The models command as a process: repositories of every other layout than that of test/unit/wiring/models.test.ts are pulled, and caption.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeHub } from '../support/fake-hub.ts';
import { type FixtureLayout, fixtureRepository } from '../support/fixture-repository.ts';
import { finalState, modelsFolder, runModels } from '../support/models-run.ts';

const PHOTO = fileURLToPath(new URL('../fixtures/photos/cat.jpg', import.meta.url));
const CAPTION = fileURLToPath(new URL('../../functions/caption.ts', import.meta.url));

it.each<FixtureLayout>(['blip', 'florence2'])('pulls a repository of the layout %s, which then captions', async (layout) => {
  const hub = await startFakeHub(fixtureRepository(layout));
  const root = modelsFolder();
  onTestFinished(() => rmSync(root, { recursive: true }));
  const { code, err } = await runModels(root, { HF_ENDPOINT: hub.endpoint }, 'pull', `reference/${layout}@main`);
  await hub.close();
  expect({ code, last: err.at(-1) }).toEqual({ code: 0, last: 'every file is as it should be; converting' });
  expect(err).toHaveLength(3); // progress is for terminals
  expect(await finalState(root, layout)).toBe('whole');
  const env = { MODELS_DIR: join(root, 'models') };
  const line = execFileSync(process.execPath, [CAPTION, PHOTO, '--model', layout, '--json'], { env, encoding: 'utf8' });
  expect(JSON.parse(line)).toMatchObject({ status: 'captioned', model: `${layout}@${hub.repository.commit.slice(0, 12)}` });
});
