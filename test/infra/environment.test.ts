// Each function is given exactly the variables that it reads, and values that it takes.
import { describe, expect, it } from 'vitest';
import { readIngestConfig, readLookupConfig, readWorkerConfig } from '../../functions/wiring/config.ts';
import { VARIABLES } from '../../infra/checks/functions.ts';
import { synthesized, variablesOf, workerVariables } from '../support/synthesized.ts';

/** What stands for a reference once the stack is deployed. */
const deployed = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  if (name.endsWith('_URL')) return 'https://sqs.eu-west-1.amazonaws.com/111122223333/queue';
  return name === 'CURSOR_SECRET' ? 'x'.repeat(64) : 'a-name';
};

/** The variables as the process has them, and which of them were read. */
const environmentOf = (variables: Record<string, unknown>, given: Record<string, string>) => {
  const values = { ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, deployed(name, value)])), ...given };
  const read = new Set<string>();
  const env = new Proxy(values, {
    get: (target, name) => {
      read.add(String(name));
      return Reflect.get(target, name) as string;
    },
  });
  return { env, read };
};

const LAMBDA = { AWS_REGION: 'eu-west-1' };
const IN_BUCKET = `s3://my-models/large/v1@sha256:${'a'.repeat(64)}`;
const spot = { gpu: 'spot', keyPrefixes: 'photos/' };

const FUNCTIONS = [
  ['ingest, GPU off', readIngestConfig, () => variablesOf(synthesized(), 'Captioning'), LAMBDA],
  ['ingest, GPU spot', readIngestConfig, () => variablesOf(synthesized(spot), 'Captioning'), LAMBDA],
  ['lookup', readLookupConfig, () => variablesOf(synthesized(spot), 'Lookup'), LAMBDA],
  ['lookup, no prefix', readLookupConfig, () => variablesOf(synthesized(), 'Lookup'), LAMBDA],
  ['worker', readWorkerConfig, () => workerVariables(synthesized(spot)), {}],
  ['worker on CPU', readWorkerConfig, () => workerVariables(synthesized({ ...spot, workerOn: 'cpu' })), {}],
  ['worker, model in a bucket', readWorkerConfig, () => workerVariables(synthesized({ ...spot, workerModel: IN_BUCKET })), {}],
] as const;

describe.each(FUNCTIONS)('%s', (_, readConfig, variables, given) => {
  it('takes what the template gives it', () => {
    const { env } = environmentOf(variables(), given);
    expect(() => readConfig(env)).not.toThrow();
  });

  it('reads every variable that the template gives it', () => {
    const { env, read } = environmentOf(variables(), given);
    readConfig(env);
    expect(Object.keys(variables()).filter((name) => !read.has(name))).toEqual([]);
  });
});

describe('the check of variables', () => {
  it.each([
    ['ingest', readIngestConfig, () => variablesOf(synthesized(spot), 'Captioning'), LAMBDA],
    ['lookup', readLookupConfig, () => variablesOf(synthesized(spot), 'Lookup'), LAMBDA],
    ['worker', readWorkerConfig, () => workerVariables(synthesized(spot)), {}],
  ] as const)('asks for each variable without which %s would not start', (who, readConfig, variables, given) => {
    const needed = Object.keys(variables()).filter((name) => {
      const { [name]: _, ...others } = variables();
      const { env } = environmentOf(others, given);
      try {
        readConfig(env);
        return false;
      } catch {
        return true;
      }
    });
    const asked: readonly string[] = VARIABLES[who];
    expect(needed.filter((name) => !asked.includes(name) && !['AWS_REGION', 'INFERENCE_QUEUE_URL'].includes(name))).toEqual([]);
  });
});
