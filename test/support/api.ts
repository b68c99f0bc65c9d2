// The metadata API over a store in memory, asked through the Lambda handler as API Gateway asks it.
import { cursorSealer } from '../../functions/adapters/cursor-sealer.ts';
import type { Lookup } from '../../functions/core/lookup/lookup-ports.ts';
import { imageId } from '../../functions/core/record/image-id.ts';
import { type CaptionRecord, PIPELINE } from '../../functions/core/record/record.ts';
import { parseRulePack } from '../../functions/core/rules/rule-pack.ts';
import type { ApiService } from '../../functions/handlers/http/api-env.ts';
import { type ApiResult, apiHandler } from '../../functions/handlers/http/api-lambda.ts';
import { lookupApp } from '../../functions/handlers/http/app.ts';
import { type FakeBucket, fakeBucket } from './fake-objects.ts';
import { fakeSpeech } from './fake-speech.ts';
import { type FakeStore, type FakeStoreOptions, fakeStore } from './fake-store.ts';
import { fakeTranslator } from './fake-translator.ts';

/** Bucket of the API under test. */
export const BUCKET = 'photos';

/** Time of the API under test, in ms since 1970. */
export const NOW = Date.UTC(2026, 0, 5, 10);

/** Age at which changes are told, in ms. */
export const SETTLE_MS = 2_000;

/** An authorizer's words about a caller with a token. */
export const token = (scope: string, prefixes?: string, sub = 'ann'): object => ({
  jwt: { claims: { sub, scope, ...(prefixes !== undefined && { key_prefixes: prefixes }) }, scopes: null },
});

/** Callers of the tests. */
export const CALLERS = {
  nobody: undefined,
  reader: token('captions:read'),
  writer: token('captions:write'),
  both: token('captions:read captions:write'),
  shop: token('captions:read captions:write', 'shop/', 'shop'),
  account: { iam: { accessKey: 'AKIDEXAMPLE', accountId: '111122223333', callerId: 'AROAEXAMPLE:session', userArn: 'user' } },
} as const;

/** A READY record of a key; other fields as given. */
export const readyRecord = async (key: string, fields: Partial<CaptionRecord> = {}): Promise<CaptionRecord> => ({
  id: await imageId(BUCKET, key),
  bucket: BUCKET,
  key,
  state: 'READY',
  sequencer: '0055AED6DCD90281E5',
  versionId: 'v1',
  etag: 'e1',
  objectAt: NOW - 20_000,
  picture: { sha256: 'a'.repeat(64), bytes: 1000, width: 40, height: 30, format: 'jpeg', dhash: '0123456789abcdef' },
  texts: {
    alt: {
      text: 'A cat on a mat.',
      lang: 'en',
      origin: 'machine',
      at: NOW - 9_000,
      model: 'm2@1.0.0',
      confidence: 0.9,
      sha256: 'a'.repeat(64),
    },
  },
  machine: {
    model: 'm2@1.0.0',
    style: 'alt',
    route: 'lambda',
    confidence: 0.9,
    plain: 'PLAIN WORDS',
    sure: ['cat'],
    ms: 90,
    costUsd: 0.000002,
  },
  pipeline: PIPELINE,
  createdAt: NOW - 10_000,
  changedAt: NOW - 9_000,
  revision: 3,
  ...fields,
});

/** Packs of the API under test. */
const RULE_PACKS = [
  parseRulePack(
    {
      name: 'small',
      title: 'Small',
      about: 'A test',
      rules: [
        { check: 'width', min: 50, rule: 'At least 50 px wide.' },
        { check: 'alt', rule: 'There is an alt text.' },
      ],
    },
    'small.yaml',
  ),
  parseRulePack(
    { name: 'once', title: 'Once', about: 'A test', rules: [{ check: 'duplicates', distance: 3, rule: 'No duplicates.' }] },
    'once.yaml',
  ),
];

/** A request to the API. `query` is written into the URL as it is. */
export type Asked = { as?: object | undefined; query?: string; headers?: Record<string, string>; body?: unknown };

/** The API under test. `removed` are the objects that it has removed. */
export type Api = {
  store: FakeStore;
  /** the service's own files */
  files: FakeBucket;
  service: ApiService;
  removed: string[];
  logged: string[];
  ask(method: string, path: string, asked?: Asked): Promise<ApiResult & { json: Record<string, unknown> }>;
};

/** What is no JSON has none. */
const jsonOf = ({ headers, body }: ApiResult): Record<string, unknown> =>
  /json/.test(headers['content-type'] ?? '') && body !== '' ? JSON.parse(body) : {};

/** An API over `records`; `settings` and `faults` as given; it speaks and translates unless `engines` says otherwise. */
export const api = (
  records: readonly CaptionRecord[],
  settings: Partial<Lookup['settings']> = {},
  faults: FakeStoreOptions = {},
  engines: Pick<Lookup, 'speech' | 'translator'> = { speech: fakeSpeech(), translator: fakeTranslator() },
): Api => {
  const files = fakeBucket({ name: BUCKET, versioned: false, now: () => NOW });
  const store = fakeStore(faults, records);
  const removed: string[] = [];
  const logged: string[] = [];
  const service: ApiService = {
    lookup: {
      store,
      objects: {
        presignPut: async ({ bucket, key, contentType }) => ({
          url: `https://${bucket}.example/${encodeURIComponent(key)}`,
          headers: { 'content-type': contentType },
        }),
        presignGet: async ({ bucket, key, versionId = '', contentType, expiresS }) =>
          `https://${bucket}.example/${encodeURIComponent(key)}?version=${versionId}&type=${contentType}&expires=${expiresS}`,
        fetch: files.fetch,
        put: files.put,
        remove: async (_, key) => void removed.push(key),
      },
      sealer: cursorSealer('a secret of thirty-two characters'),
      clock: () => NOW,
      settings: {
        bucket: BUCKET,
        keys: { keyPrefixes: [], keySuffixes: [], outputPrefix: '' },
        maxPictureBytes: 1_000_000,
        changesSettleMs: SETTLE_MS,
        tombstoneDays: 30,
        imageBaseUrl: 'https://images.example.com/',
        sitePageUrl: '',
        genderNeutral: true,
        ...settings,
      },
      ...engines,
    },
    modelCards: [{ name: 'm2', version: '1.0.0', licence: 'Apache-2.0' }],
    rulePacks: [...RULE_PACKS],
    telemetry: { error: (message) => void logged.push(message) },
  };
  const handler = apiHandler(lookupApp(service));
  return {
    store,
    files,
    service,
    removed,
    logged,
    async ask(method, path, { as = CALLERS.both, query = '', headers = {}, body } = {}) {
      const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
      const result = await handler({
        rawPath: path,
        rawQueryString: query,
        headers: { host: 'api.example.com', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...sent,
        isBase64Encoded: false,
        requestContext: { http: { method }, authorizer: as },
      });
      return { ...result, json: jsonOf(result) };
    },
  };
};
