import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ConfigError, UsageError } from '../../../functions/core/errors.ts';
import { DEFAULT_LIMITS } from '../../../functions/core/picture/picture-limits.ts';
import { packagePath } from '../../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../../functions/wiring/config.ts';
import { planLanes } from '../../../functions/wiring/lanes.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

describe('the settings', () => {
  it('have defaults and are frozen', () => {
    const config = readConfig({ INIT_CWD: '/home/someone' });
    expect(config).toMatchObject({ model: 'm2', provider: 'cpu', limits: DEFAULT_LIMITS, workingFolder: '/home/someone' });
    expect(Object.isFrozen(config) && Object.isFrozen(config.limits)).toBe(true);
  });

  it('can be set, and name what is wrong', () => {
    expect(readConfig({ DECODE_TIMEOUT_MS: '500' }).limits.decodeTimeoutMs).toBe(500);
    const line = 'MAX_PICTURE_PIXELS: expected a whole number of at least 1 but received "many"; leave it out for the default 50000000';
    expect(() => readConfig({ MAX_PICTURE_PIXELS: 'many' })).toThrow(new ConfigError(line));
    expect(() => readConfig({ PROVIDER: 'tpu', MODEL: '' })).toThrow(/^PROVIDER: expected one of cpu, cuda but received "tpu"; .+$/);
  });

  it('find a package by name or by path', () => {
    const folders = { modelsFolder: FIXTURES, workingFolder: join(FIXTURES, '..') };
    expect(packagePath('tiny-package', folders)).toBe(join(FIXTURES, 'tiny-package'));
    expect(packagePath('fixtures/photos', folders)).toBe(join(FIXTURES, 'photos'));
    expect(packagePath('support', folders)).toBe(join(FIXTURES, '..', 'support'));
    expect(() => packagePath('nothing', folders)).toThrow('received "nothing"');
    expect(() => packagePath('./tiny-package', folders)).toThrow(UsageError);
  });
});

describe('the caption command', () => {
  it('says in one line which setting is wrong, and ends with 1', () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [join(FIXTURES, '../../functions/caption.ts'), 'x.jpg'], {
      env: { DECODE_TIMEOUT_MS: 'soon' },
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      'DECODE_TIMEOUT_MS: expected a whole number from 1 to 2147483647 but received "soon"; leave it out for the default 2000\n',
    );
  });
});

describe('lanes and threads', () => {
  const plan = (wishes: Partial<Parameters<typeof planLanes>[0]>) =>
    planLanes({ cores: 4, pictures: 1, provider: 'cpu', batch: undefined, lanes: undefined, threads: undefined, ...wishes });

  it('give one picture all threads', () => {
    expect(plan({ pictures: 1 })).toEqual({ lanes: 1, threads: 4, batch: 1, patient: false });
  });

  it('give many pictures a lane on each core', () => {
    expect(plan({ pictures: 100 })).toEqual({ lanes: 4, threads: 1, batch: 8, patient: false });
    expect(plan({ pictures: 6 })).toEqual({ lanes: 3, threads: 1, batch: 2, patient: false });
  });

  it('give a GPU one lane with large batches', () => {
    expect(plan({ pictures: 500, provider: 'cuda' })).toEqual({ lanes: 1, threads: 4, batch: 64, patient: false });
  });

  it('follow what was asked for', () => {
    expect(plan({ pictures: 100, threads: 2 })).toMatchObject({ lanes: 2, threads: 2 });
    expect(plan({ pictures: 100, lanes: 1, batch: 3 })).toEqual({ lanes: 1, threads: 4, batch: 3, patient: false });
    expect(plan({ cores: 1, pictures: 9 })).toMatchObject({ lanes: 1, threads: 1 });
  });

  it('are all for one lane of a large package, whose time limit is for each picture', () => {
    expect(plan({ pictures: 100, bytes: 990_000_000 })).toEqual({ lanes: 1, threads: 4, batch: 8, patient: true });
    expect(plan({ pictures: 100, bytes: 200_000_000 })).toMatchObject({ lanes: 4, threads: 1, patient: false });
    expect(plan({ pictures: 100, bytes: 990_000_000, lanes: 2 })).toMatchObject({ lanes: 2, threads: 2 });
  });
});
