// The contender's side of the protocol for programs in JavaScript: answers requests from stdin until it ends.
import { createInterface } from 'node:readline';
import type { Answer, Line, Request } from './protocol.ts';

/** Captions one batch; its time is taken here unless it says another one. */
export type Work = (files: readonly string[]) => Promise<Omit<Answer, 'ms'> & { ms?: number }>;

const answer = async (work: Work, { files }: Request): Promise<Line> => {
  const began = performance.now();
  try {
    const done = await work(files);
    return { ms: performance.now() - began, ...done };
  } catch (thrown) {
    return { error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
};

/** Answers one request after the other; the process ends when its input ends. */
export const serve = async (work: Work): Promise<void> => {
  for await (const line of createInterface(process.stdin)) {
    process.stdout.write(`${JSON.stringify(await answer(work, JSON.parse(line) as Request))}\n`);
  }
  process.exit(0);
};
