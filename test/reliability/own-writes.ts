// Figure 26: uploads, refinements, look-ups, overwrites and deletes by a client; S3 must tell of these and of nothing else.
import { rmSync } from 'node:fs';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ROUTES } from '../../functions/core/lookup/routes.ts';
import { SETTINGS } from '../../infra/settings.ts';
import { temporaryFolder } from '../support/local-service.ts';
import { type QuickService, startQuick } from '../support/quick-service.ts';
import { type Inside, insideOf } from '../support/service-inside.ts';
import { numberedPicture } from '../support/worker-load.ts';

const UPLOADS = 60;
const SAME_BYTES = 10;
const OVERWRITES = 10;
const PRESIGNED = 5;
const DELETES = 10;
const DELETES_BY_API = 5;

/** Asks the whole API about an image; nothing of this may write to the bucket but below the service's own prefix. */
const lookUp = async (apiUrl: string, id: string, key: string): Promise<void> => {
  const query = new URLSearchParams({ key });
  const reads = ROUTES.filter(({ method }) => method === 'GET').map(({ path }) => path.replace('{id}', id));
  for (const path of [...reads, `/v1/images?${query}`, '/v1/images?prefix=']) await (await fetch(`${apiUrl}${path}`)).arrayBuffer();
  const headers = { 'content-type': 'application/json' };
  await (await fetch(`${apiUrl}/v1/lookup`, { method: 'POST', headers, body: JSON.stringify({ keys: [key] }) })).arrayBuffer();
  const alone = await fetch(`${apiUrl}/v1/images/${id}/alt`);
  await alone.arrayBuffer();
};

const uploadByUrl = async (apiUrl: string, number: number): Promise<void> => {
  const bytes = await numberedPicture(number);
  const body = JSON.stringify({ key: `presigned-${number}.png`, contentType: 'image/png', bytes: bytes.length });
  const planned = await fetch(`${apiUrl}/v1/uploads`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { url, headers } = (await planned.json()) as { url: string; headers: Record<string, string> };
  const sent = await fetch(url, { method: 'PUT', headers, body: bytes });
  if (!sent.ok) throw new Error(`the presigned upload was answered ${sent.status}`);
};

/** Does everything; the number of the client's own writes. */
const work = async ({ service, s3 }: QuickService, inside: Inside): Promise<number> => {
  const put = async (key: string, number: number): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: service.bucket, Key: key, Body: await numberedPicture(number) }));
  };
  for (let i = 0; i < UPLOADS; i++) await put(`photo-${i}.png`, i);
  for (let i = 0; i < SAME_BYTES; i++) await put(`same-${i}.png`, 0);
  for (let i = 0; i < PRESIGNED; i++) await uploadByUrl(service.apiUrl, UPLOADS + i);
  await inside.idle();
  for (let i = 0; i < OVERWRITES; i++) await put(`photo-${i}.png`, 2 * UPLOADS + i);
  await inside.idle();
  for (const { id, key } of await inside.records()) await lookUp(service.apiUrl, id, key);
  for (let i = 0; i < DELETES; i++) await s3.send(new DeleteObjectCommand({ Bucket: service.bucket, Key: `photo-${i}.png` }));
  const records = await inside.records();
  const asked = records.filter(({ key }) => key.startsWith('same-')).slice(0, DELETES_BY_API);
  for (const { id } of asked) await fetch(`${service.apiUrl}/v1/images/${id}?object=true`, { method: 'DELETE' });
  await inside.idle();
  return UPLOADS + SAME_BYTES + PRESIGNED + OVERWRITES + DELETES + asked.length;
};

/** All of them fit into one page. */
/** Below it the service keeps its own files, such as the audio of spoken texts: they may come, but no event. */
const OWN_FILES = String(SETTINGS.outputPrefix[1]);

const versionsIn = async ({ service, s3 }: QuickService): Promise<{ clients: number; own: number }> => {
  const { Versions = [], DeleteMarkers = [], IsTruncated } = await s3.send(new ListObjectVersionsCommand({ Bucket: service.bucket }));
  if (IsTruncated) throw new Error('there are more versions than fit into a page');
  const keys = [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
  const own = keys.filter((key) => key.startsWith(OWN_FILES)).length;
  return { clients: keys.length - own, own };
};

const main = async (): Promise<void> => {
  const dataFolder = temporaryFolder();
  const running = await startQuick(dataFolder);
  const inside = insideOf(running);
  const writes = await work(running, inside);
  const events = (await inside.takeKept()).length;
  const versions = await versionsIn(running);
  const records = await inside.records();
  const refined = records.filter(({ refine }) => refine === 'done').length;
  const ready = records.filter(({ state }) => state === 'READY').length;
  console.log(
    `${writes} writes by the client (${UPLOADS + SAME_BYTES} uploads, ${PRESIGNED} by presigned URL, ${OVERWRITES} overwrites, ${DELETES} deletes, ${DELETES_BY_API} deletes asked of the API); ${ready} records READY, ${refined} refined, every route asked about ${records.length}`,
  );
  console.log(
    `figure 26: ${events} S3 events, ${versions.clients} versions and delete markers, ${versions.own} own files; caused by the service itself: ${events - writes} (target 0)`,
  );
  inside.close();
  running.s3.destroy();
  await running.service.stop();
  rmSync(dataFolder, { recursive: true, force: true });
  const did = refined === ready && ready === UPLOADS + SAME_BYTES + PRESIGNED - DELETES - DELETES_BY_API;
  process.exitCode = did && events === writes && versions.clients === writes && versions.own > 0 ? 0 : 1;
};

if (import.meta.main) await main();
