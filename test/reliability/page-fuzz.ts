// Figure 21 for the page: fuzzed visits through the Lambda handler: no 5xx, nothing of the inside and nothing unescaped in an answer.
import { type ApiResult, apiHandler } from '../../functions/handlers/http/api-lambda.ts';
import { lookupApp } from '../../functions/handlers/http/app.ts';
import { readyRecord } from '../support/api.ts';
import { fuzzedVisit, MARK } from '../support/fuzzed-visits.ts';
import { pages } from '../support/pages.ts';
import { randomFrom } from '../support/random.ts';

const VISITS = 10_000;
const SEED = 21_002;

const SERVER_ERROR = 500;
const BAD_REQUEST = 400;

/** Stack frames, paths of machines and of the source, AWS names, and what records keep to themselves. */
const LEAKS =
  /\bat (?:async )?[\w.<>]+ \(|\bat file:|node:internal|node_modules|\/(?:var|home|work|root|usr|tmp)\/|\.ts:\d|arn:aws|AKID|PLAIN WORDS|LEASE-OWNER/;

const REFUSALS = ['text/html; charset=UTF-8', 'application/problem+json'];

/** What is wrong with an answer, or undefined. */
const faultOf = ({ statusCode, headers, body }: ApiResult): string | undefined => {
  if (statusCode >= SERVER_ERROR) return `status ${statusCode}`;
  const leak = LEAKS.exec(`${body}${JSON.stringify(headers)}`);
  if (leak) return `leak ${JSON.stringify(leak[0])}`;
  const type = headers['content-type'] ?? '';
  if (statusCode >= BAD_REQUEST && !REFUSALS.includes(type)) return `no page and no problem, but ${type}`;
  if (type.startsWith('text/html') && body.includes(MARK)) return 'an unescaped text';
  return type.startsWith('text/html') && !headers['content-security-policy'] ? 'a page without a policy' : undefined;
};

const world = async () => {
  const lease = { owner: 'LEASE-OWNER', until: 0 };
  const keys = ['shop/1.jpg', 'shop/2.jpg', 'a', '😀', `${MARK}.jpg`, 'theirs/1'];
  const records = await Promise.all(keys.map((key) => readyRecord(key, { lease })));
  const failed = await readyRecord('shop/3', { state: 'FAILED', reason: 'INTERNAL', message: 'unexpected: EACCES /var/task/index.ts:7' });
  const { texts: _, machine: __, picture: ___, ...pending } = await readyRecord('shop/4', { state: 'PENDING' });
  const all = [...records, failed, { ...pending, texts: {} }];
  return { ...pages(all), ids: all.map(({ id }) => id) };
};

type Counts = { faults: string[]; statuses: Map<number, number> };

/** Sends fuzzed visits. */
export const fuzzPages = async (visits: number, seed: number): Promise<Counts> => {
  const random = randomFrom(seed);
  const { service, page, ids } = await world();
  const handler = apiHandler(lookupApp(service, page));
  const counts: Counts = { faults: [], statuses: new Map() };
  for (let i = 0; i < visits; i++) {
    const event = fuzzedVisit(random, ids);
    const answer = await handler(event);
    counts.statuses.set(answer.statusCode, (counts.statuses.get(answer.statusCode) ?? 0) + 1);
    const fault = faultOf(answer);
    if (fault !== undefined) counts.faults.push(`${fault}: ${JSON.stringify(event).slice(0, 300)}`);
  }
  return counts;
};

const main = async (): Promise<void> => {
  const { faults, statuses } = await fuzzPages(VISITS, SEED);
  const told = [...statuses].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  console.log(`figure 21, the page (seed ${SEED}): ${faults.length} of ${VISITS} fuzzed visits with 5xx or a leak (${told.join(', ')})`);
  for (const fault of faults.slice(0, 5)) console.log(`  ${fault}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
};

if (import.meta.main) await main();
