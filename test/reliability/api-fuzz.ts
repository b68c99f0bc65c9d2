// Figures 21 and 23: fuzzed requests through the Lambda handler: no 5xx, nothing of the inside in a body; tampered cursors are always 400.
import type { ApiResult } from '../../functions/handlers/http/api-lambda.ts';
import { apiHandler } from '../../functions/handlers/http/api-lambda.ts';
import { lookupApp } from '../../functions/handlers/http/app.ts';
import { api, readyRecord } from '../support/api.ts';
import { bytesOf, fuzzedEvent } from '../support/fuzzed-requests.ts';
import { pick } from '../support/fuzzed-strings.ts';
import { type Random, randomFrom, whole } from '../support/random.ts';

const REQUESTS = 10_000;
const TAMPERED = 2_000;
const SEED = 21_001;

const SERVER_ERROR = 500;
const BAD_REQUEST = 400;

/** Stack frames, paths of machines and of the source, AWS names, and what records keep to themselves. */
const LEAKS =
  /\bat (?:async )?[\w.<>]+ \(|\bat file:|node:internal|node_modules|\/(?:var|home|work|root|usr|tmp)\/|\.ts:\d|arn:aws|AKID|PLAIN WORDS|LEASE-OWNER/;

/** What is wrong with an answer, or undefined. */
const faultOf = ({ statusCode, headers, body }: ApiResult): string | undefined => {
  if (statusCode >= SERVER_ERROR) return `status ${statusCode}`;
  const leak = LEAKS.exec(`${body}${JSON.stringify(headers)}`);
  if (leak) return `leak ${JSON.stringify(leak[0])}`;
  if (statusCode >= BAD_REQUEST && headers['content-type'] !== 'application/problem+json')
    return `no problem, but ${headers['content-type']}`;
  if (statusCode >= BAD_REQUEST && body !== '' && JSON.parse(body).status !== statusCode) return 'another status in the body';
  return undefined;
};

const world = async () => {
  const lease = { owner: 'LEASE-OWNER', until: 0 };
  const records = await Promise.all(['shop/1.jpg', 'shop/2.jpg', 'a', '../..', '😀', 'theirs/1'].map((key) => readyRecord(key, { lease })));
  const failed = await readyRecord('shop/3', { state: 'FAILED', reason: 'INTERNAL', message: 'unexpected: EACCES /var/task/index.ts:7' });
  return { ...api([...records, failed]), ids: [...records, failed].map(({ id }) => id) };
};

type Counts = { requests: number; faults: string[]; statuses: Map<number, number> };

/** Sends fuzzed requests. */
export const fuzz = async (requests: number, seed: number): Promise<Counts> => {
  const random = randomFrom(seed);
  const { service, ask, ids } = await world();
  const handler = apiHandler(lookupApp(service));
  const cursors = [
    String((await ask('GET', '/v1/images', { query: 'limit=1' })).json.next),
    String((await ask('GET', '/v1/changes')).json.next),
  ];
  const counts: Counts = { requests, faults: [], statuses: new Map() };
  for (let i = 0; i < requests; i++) {
    const event = fuzzedEvent(random, ids, cursors);
    const answer = await handler(event);
    counts.statuses.set(answer.statusCode, (counts.statuses.get(answer.statusCode) ?? 0) + 1);
    const fault = faultOf(answer);
    if (fault !== undefined) counts.faults.push(`${fault}: ${JSON.stringify(event).slice(0, 300)}`);
  }
  return counts;
};

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const tamper = (random: Random, cursor: string): string => {
  const at = whole(random, cursor.length);
  const other = pick(
    random,
    [...BASE64URL].filter((character) => character !== cursor[at]),
  );
  return pick(random, [
    cursor.slice(0, at) + other + cursor.slice(at + 1),
    cursor.slice(0, at),
    cursor.slice(0, at) + cursor.slice(at + 1),
    cursor.slice(0, at) + other + cursor.slice(at),
    bytesOf(random, 120).toString('base64url'),
    `${cursor}${other}`,
  ]);
};

/** How many of so many tampered cursors are refused with 400. */
export const refusedCursors = async (cursors: number, seed: number): Promise<number> => {
  const random = randomFrom(seed);
  const { ask } = await world();
  let refused = 0;
  for (let i = 0; i < cursors; i++) {
    const feed = whole(random, 2) === 0;
    const [path, name] = feed ? ['/v1/changes', 'since'] : ['/v1/images', 'cursor'];
    const { next } = (await ask('GET', path, { query: 'limit=1' })).json;
    refused += (await ask('GET', path, { query: `${name}=${tamper(random, String(next))}` })).statusCode === BAD_REQUEST ? 1 : 0;
  }
  return refused;
};

const main = async (): Promise<void> => {
  const { requests, faults, statuses } = await fuzz(REQUESTS, SEED);
  const told = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  console.log(`figure 21 (seed ${SEED}): ${faults.length} of ${requests} fuzzed requests with 5xx or a leak (${told.join(', ')})`);
  for (const fault of faults.slice(0, 5)) console.log(`  ${fault}`);
  const refused = await refusedCursors(TAMPERED, SEED);
  console.log(`figure 23 (seed ${SEED}): ${refused}/${TAMPERED} tampered cursors refused with 400`);
  process.exitCode = faults.length === 0 && refused === TAMPERED ? 0 : 1;
};

if (import.meta.main) await main();
