// The command line of the local run: the worker's package by both of its names, in each of its forms.
import { describe, expect, it } from 'vitest';
import { parseStartArguments } from '../../../infra/local/arguments.ts';
import { TINY } from '../../support/tiny-package.ts';

const contextOf = (...argv: string[]) => parseStartArguments(argv, '/').context;

describe("the worker's package", () => {
  const digest = 'a'.repeat(64);

  it('starts a worker, by a name, a path or a bucket', () => {
    expect(contextOf('--worker-model', 'm2-fashion')).toEqual({ gpu: 'on-demand', workerModel: 'm2-fashion' });
    expect(contextOf('--gpu-model', TINY)).toEqual({ gpu: 'on-demand', workerModel: TINY });
    expect(contextOf('--worker-model', 'm2', '--gpu-model', 'm2')).toMatchObject({ workerModel: 'm2' });
    const uri = `s3://my-models/large@sha256:${digest}`;
    expect(contextOf('--worker-model', uri)).toEqual({ gpu: 'on-demand', workerModel: uri });
    expect(contextOf()).toEqual({});
  });

  it.each([
    [['--worker-model', 'm2', '--gpu-model', 'updown'], 'Expected one package for the worker but received --worker-model "m2" and'],
    [['--worker-model', 's3://my-models/large'], 'Expected s3://BUCKET/PREFIX@sha256:DIGEST'],
    [['--worker-model', 'none-such'], 'Expected a model package for --worker-model but received "none-such"'],
    [['--gpu-model', './none-such'], 'Expected a model package for --gpu-model but received "./none-such"'],
  ])('is refused in one line for %j', (argv, line) => {
    expect(() => parseStartArguments(argv, '/')).toThrow(line);
  });
});
