// The operator's command on a service in memory, and what it has printed.
import { expect } from 'vitest';
import { ServiceUnavailable } from '../../functions/core/errors.ts';
import type { Target } from '../../functions/handlers/operator/operator-arguments.ts';
import { operatorCommand } from '../../functions/handlers/operator/operator-command.ts';
import { operateWorld, type WorldOptions } from './operate-world.ts';

/** A world, and `ops` to run the command in it; each run closes what it has opened. */
export const desk = (options?: WorldOptions) => {
  const world = operateWorld(options);
  const opened: Target[] = [];
  let open = 0;
  const ops = async (...argv: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await operatorCommand(argv, {
      async open(target) {
        if (target.data === 'stopped') throw new ServiceUnavailable('No service runs with the data in stopped');
        opened.push(target);
        open += 1;
        const close = (): void => {
          open -= 1;
        };
        return { ...world.operations, close };
      },
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
    });
    expect(open).toBe(0);
    return { code, out, err };
  };
  return { ...world, ops, opened };
};
