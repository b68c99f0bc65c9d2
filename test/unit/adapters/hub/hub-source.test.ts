import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hubSource } from '../../../../functions/adapters/hub/hub-source.ts';
import type { Faults } from '../../../support/fake-hub.ts';
import type { Fault } from '../../../support/fake-hub-answers.ts';
import { type ModelsPlace, modelsPlace, type PlaceOptions } from '../../../support/models-place.ts';
import { tinyRepository } from '../../../support/tiny-repository.ts';

const REFERENCE = 'someone/Tiny-Captioner@main';
const WEIGHTS = 'onnx/weights.bin';
const WEIGHTS_BYTES = 5_000_000;

const GATED = { status: 403, headers: { 'x-error-code': 'GatedRepo' } };

/** As often as the command tries. */
const ATTEMPTS = 5;

/** For tests in which nothing comes. */
const SHORT_MS = 300;

let place: ModelsPlace | undefined;
afterEach(async () => {
  await place?.close();
  place = undefined;
});

const open = async (faults: Faults, options?: PlaceOptions): Promise<ModelsPlace> => {
  place = await modelsPlace({ repository: tinyRepository(WEIGHTS_BYTES), ...options });
  place.hub.faults = faults;
  return place;
};

/** The fault at the first answers that have the weights. */
const atFirst =
  (fault: Fault, times = 1): Faults =>
  (path, before) =>
    path === WEIGHTS && before < times ? fault : undefined;
const always =
  (about: string, fault: Fault): Faults =>
  (path) =>
    path === about ? fault : undefined;

describe('a pull goes on', () => {
  it.each<[string, Fault]>([
    ['after a reset', { resetAfter: 3_000_000 }],
    ['after a stall', { stallAfter: 3_000_000 }],
    ['after an answer that was cut short', { resetAfter: 1 }],
    ['after 500', { status: 500 }],
    ['after 503 with a date', { status: 503, headers: { 'retry-after': new Date(Date.now() + 5000).toUTCString() } }],
    ['after 429', { status: 429, headers: { 'retry-after': '7' } }],
    ['after 408', { status: 408 }],
  ])('%s', async (_, fault) => {
    const stalls = typeof fault === 'object' && 'stallAfter' in fault;
    const { models, pauses, pulled } = await open(atFirst(fault), stalls ? { stallMs: SHORT_MS } : {});
    expect((await models('pull', REFERENCE)).code).toBe(0);
    expect(pauses.length).toBeGreaterThan(0);
    expect(await pulled()).toEqual(['tiny-captioner']);
  });

  it('from where it stopped, and only if the file is the same', async () => {
    const { models, hub } = await open(atFirst({ resetAfter: 3_000_000 }));
    await models('pull', REFERENCE);
    const ranges = hub.seen.filter(({ host, path }) => host === 'storage' && path.endsWith(WEIGHTS)).map(({ range }) => range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[123]\d{6}-$/);
  });

  it('from the start with a server that knows no ranges', async () => {
    const { models } = await open((path, before) =>
      path === WEIGHTS ? (before === 0 ? { resetAfter: 3_000_000 } : 'no-ranges') : undefined,
    );
    expect((await models('pull', REFERENCE)).code).toBe(0);
  });

  it('as long as each attempt loads much', async () => {
    const { models, hub, pauses } = await open((path, before) => (path === WEIGHTS && before < 4 ? { resetAfter: 1_200_000 } : undefined));
    expect((await models('pull', REFERENCE)).code).toBe(0);
    expect(hub.counts.get(WEIGHTS)).toBe(5);
    expect(new Set(pauses).size).toBe(1);
  });

  it('in the next run, with what the last one has loaded', async () => {
    const { models, hub, loaded } = await open((path, before) =>
      path === WEIGHTS ? (before === 0 ? { resetAfter: 3_000_000 } : { status: 502 }) : undefined,
    );
    const first = await models('pull', REFERENCE);
    expect(first.code).toBe(1);
    expect(first.err.at(-1)).toMatch(/^127.0.0.1:\d+ fails with status 502: wait and pull again; it goes on where it stopped$/);
    expect(await loaded()).toContain('weights.bin.part');
    hub.faults = () => undefined;
    const asked = hub.seen.length;
    expect((await models('pull', REFERENCE)).code).toBe(0);
    const again = hub.seen.slice(asked).filter(({ host }) => host === 'storage');
    expect(again.map(({ range }) => range)).toEqual([expect.stringMatching(/^bytes=[123]\d{6}-$/)]);
    expect(await loaded()).toEqual([]);
  });
});

describe('wrong bytes', () => {
  it.each([WEIGHTS, 'vocabulary.json'])('of %s are told with both digests, and removed', async (path) => {
    const { models, loaded, pulled } = await open(always(path, { wrongByteAt: 3 }));
    const { code, err } = await models('pull', REFERENCE);
    expect(code).toBe(1);
    expect(err.at(-1)).toMatch(
      new RegExp(`^${path} has (sha256 [0-9a-f]{64}|git-sha1 [0-9a-f]{40}), expected [0-9a-f]+: it was removed; pull again`),
    );
    expect((await loaded()).filter((name) => path.endsWith(name.replace(/\.part.*$/, '')))).toEqual([]);
    expect(await pulled()).toEqual([]);
  });

  it('of a part that an earlier run left are loaded again', async () => {
    const { models, loadFolder, hub } = await open((path, before) =>
      path === WEIGHTS && before < ATTEMPTS ? { resetAfter: 500_000 } : undefined,
    );
    expect((await models('pull', REFERENCE)).code).toBe(1);
    const part = join(loadFolder, 'someone/Tiny-Captioner', hub.repository.commit, `${WEIGHTS}.part`);
    const bytes = await readFile(part);
    await writeFile(part, bytes.fill(0, 10, 20));
    expect((await models('pull', REFERENCE)).code).toBe(0);
  });

  it('are seen in a whole file that was changed here', async () => {
    const { models, loadFolder, hub } = await open(always('vocabulary.json', { status: 500 }));
    expect((await models('pull', REFERENCE)).code).toBe(1);
    const whole = join(loadFolder, 'someone/Tiny-Captioner', hub.repository.commit, WEIGHTS);
    const bytes = await readFile(whole);
    await writeFile(whole, bytes.fill(0, 10, 20));
    hub.faults = () => undefined;
    expect((await models('pull', REFERENCE)).code).toBe(0);
  });

  it('beyond the end are no file', async () => {
    const { models, loaded } = await open(always(WEIGHTS, 'longer'));
    expect((await models('pull', REFERENCE)).err.at(-1)).toBe(
      `${WEIGHTS} has more bytes than the ${WEIGHTS_BYTES} that are listed: it was removed; pull again`,
    );
    expect(await loaded()).not.toContain('weights.bin.part');
  });

  it('longer than listed, left here by another run, are loaded anew', async () => {
    const { models, loadFolder, hub } = await open(atFirst({ resetAfter: 500_000 }, ATTEMPTS));
    expect((await models('pull', REFERENCE)).code).toBe(1);
    await writeFile(join(loadFolder, 'someone/Tiny-Captioner', hub.repository.commit, `${WEIGHTS}.part`), Buffer.alloc(WEIGHTS_BYTES + 1));
    expect((await models('pull', REFERENCE)).code).toBe(0);
  });
});

describe('one clear line', () => {
  it.each<[string, Faults, RegExp, PlaceOptions?]>([
    [
      'gated',
      always('api', GATED),
      /^someone\/Tiny-Captioner is gated: ask for access at http.*\/someone\/Tiny-Captioner, then set HF_TOKEN$/,
    ],
    ['gated for this token', always('api', GATED), /is gated and HF_TOKEN gives no access: ask for it at/, { token: 't' }],
    [
      'private',
      always('api', { status: 401 }),
      /knows no someone\/Tiny-Captioner that may be read by everyone: check the name; for a private one set HF_TOKEN$/,
    ],
    ['a wrong token', always('api', { status: 401 }), /that may be read with this HF_TOKEN: check the name and the token$/, { token: 't' }],
    [
      'a status of its own',
      always('api', { status: 418, headers: { 'x-error-message': 'I am\ta teapot', 'x-error-code': 'Tea' } }),
      /refuses someone\/Tiny-Captioner with status 418: I am a teapot$/,
    ],
    ['no such file any more', always(WEIGHTS, { status: 404 }), /does not have someone\/Tiny-Captioner@main/],
    [
      'too many requests',
      always('api', { status: 429, headers: { 'retry-after': '3600' } }),
      /had too many requests \(429\): wait for 3600 s, set HF_TOKEN/,
    ],
    ['always too many', always('api', { status: 429 }), /had too many requests \(429\): wait, set HF_TOKEN/],
    ['another kind of server', always('api', { status: 200 }), /does not answer as a hub does: check HF_ENDPOINT/],
    [
      'a stall',
      always(WEIGHTS, { stallAfter: 10 }),
      /sent nothing for 0 s: pull again: it goes on where it stopped$/,
      { stallMs: SHORT_MS },
    ],
    ['a circle', (_path, _before, { path }) => ({ location: path }), /redirects more than 8 times: check HF_ENDPOINT$/],
    [
      'another protocol',
      always('api', { location: 'file:///etc/passwd' }),
      /redirects to "file:\/\/\/etc\/passwd", which is not safe to follow$/,
    ],
    [
      'a range of its own',
      (path, before) => (path === WEIGHTS ? (before === 0 ? { resetAfter: 2_000_000 } : { status: 416 }) : undefined),
      /has changed onnx\/weights.bin meanwhile: pull again$/,
    ],
  ])('tells of %s', async (_, faults, line, options) => {
    const { models, pulled } = await open(faults, options);
    const { code, out, err } = await models('pull', REFERENCE);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.at(-1)).toMatch(line);
    expect(await pulled()).toEqual([]);
  });

  it('tells of a revision and of a repository that there is not', async () => {
    const { models } = await open(() => undefined);
    expect((await models('pull', 'someone/Tiny-Captioner@v9')).err).toEqual([
      'someone/Tiny-Captioner has no revision v9: use a commit, a tag, or main',
    ]);
    expect((await models('pull', 'someone/Else@main')).err[0]).toContain('knows no someone/Else that may be read by everyone');
  });

  it('tells of a hub that is away', async () => {
    const { models, hub, pulled, loaded } = await open(() => undefined);
    await hub.close();
    const { code, err } = await models('pull', REFERENCE);
    expect(code).toBe(1);
    expect(err).toEqual([
      expect.stringMatching(
        /^127.0.0.1:\d+ refuses connections: check HF_ENDPOINT and HTTPS_PROXY, or wait; without a way to the hub, pull from a folder by --from DIR$/,
      ),
    ]);
    expect([...(await pulled()), ...(await loaded())]).toEqual([]);
  });

  it.each(['../../outside', 'a\\b'])('refuses a listing with %s', async (path) => {
    const repository = tinyRepository();
    repository.files.set(path, Buffer.from('x'));
    const { models } = await open(() => undefined, { repository });
    expect((await models('pull', REFERENCE)).err[0]).toContain(`lists ${JSON.stringify(path)} without a safe path, a size and a digest`);
  });
});

describe('a password in HF_ENDPOINT', () => {
  it('is sent to the mirror and never shown', async () => {
    const { hub, access, loadFolder } = await open(always('api', GATED));
    const mirror = { ...access, endpoint: hub.endpoint.replace('http://', 'http://someone:s3cret@') };
    const source = hubSource({ repository: 'someone/Tiny-Captioner', revision: 'main' }, mirror, loadFolder, async () => {});
    const thrown = await source.list().then(
      () => '',
      (error: unknown) => String(error),
    );
    expect(thrown).toContain(`ask for access at ${hub.endpoint}/someone/Tiny-Captioner`);
    expect(thrown).not.toContain('s3cret');
    expect(hub.seen.at(-1)?.authorization).toMatch(/^Basic /);
  });
});

describe('the token', () => {
  it('goes to the endpoint and to no other host, however one is redirected', async () => {
    const { models, hub } = await open(() => undefined, { token: 'secret' });
    expect((await models('pull', REFERENCE)).code).toBe(0);
    expect(hub.seen.filter(({ host }) => host === 'hub').every(({ authorization }) => authorization === 'Bearer secret')).toBe(true);
    const elsewhere = hub.seen.filter(({ host }) => host === 'storage');
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(elsewhere.every(({ authorization }) => authorization === undefined)).toBe(true);
  });
});
