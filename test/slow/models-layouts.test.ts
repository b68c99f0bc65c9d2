// The models command as a process: repositories of every other layout than that of test/unit/wiring/models.test.ts are pulled, and caption.
import { rmSync } from 'node:fs';
import { it, onTestFinished } from 'vitest';
import type { FixtureLayout } from '../support/fixture-repository.ts';
import { modelsFolder } from '../support/models-run.ts';
import { pullAndCaption } from '../support/pulled-layout.ts';

it.each<FixtureLayout>(['blip', 'florence2'])('pulls a repository of the layout %s, which then captions', async (layout) => {
  const root = modelsFolder();
  onTestFinished(() => rmSync(root, { recursive: true }));
  await pullAndCaption(root, layout);
});
