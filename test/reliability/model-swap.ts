// Figure 29: the worker's model is swapped while uploads come. No record is lost, each names the model that wrote its text, and after
// `ops recaption` all name the last one; a person's text stays.
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dynamoRecords } from '../../functions/adapters/aws/dynamo-records.ts';
import { changeRecord } from '../../functions/core/record/change-record.ts';
import { type CaptionRecord, TEXT_KINDS, type Text } from '../../functions/core/record/record.ts';
import { revised } from '../../functions/core/record/record-rules.ts';
import { localDynamo } from '../support/dynalite-table.ts';
import { eventually, imageOf, temporaryFolder } from '../support/local-service.ts';
import { startOps } from '../support/operate-servers.ts';
import { type OwnWorker, startOwnWorker } from '../support/own-workers.ts';
import { QUICK_LINE, type QuickService, startQuick, withoutWorker } from '../support/quick-service.ts';
import { randomFrom, whole } from '../support/random.ts';
import { type Inside, insideOf } from '../support/service-inside.ts';
import { type Bus, putPictures, startBus, untilSettled } from '../support/service-load.ts';
import { isSaidBy, type TellablePackage, tellablePackage } from '../support/tellable-package.ts';

const SWAPS = 8;
const UPLOADS_A_SWAP = 40;
/** After the worker has begun to work. */
const LATEST_SWAP_MS = 600;
const SEED = 29001;
const PEOPLE = 5;
const SETTLED_WITHIN_MS = 60_000;
const IDLE_WITHIN_MS = 60_000;

const MINE: Text = { text: 'My own words.', lang: 'en', origin: 'human', at: Date.now() };

const nameOf = (model: string): string => model.slice(0, model.indexOf('@'));

/** Machine texts that name another model than the one whose words they are. */
const misnamed = ({ texts }: CaptionRecord): Text[] =>
  TEXT_KINDS.flatMap((kind) => texts[kind] ?? []).filter(
    ({ origin, model = '', text }) => origin === 'machine' && !isSaidBy(nameOf(model), text),
  );

const random = randomFrom(SEED);

type Packages = [TellablePackage, TellablePackage];
type Scene = { running: QuickService; inside: Inside; bus: Bus; packages: Packages; dataFolder: string };

/** Workers take turns while pictures are uploaded. @returns the keys, exit codes, and the last worker with its package */
const swapUnderLoad = async ({ running, bus, packages }: Scene) => {
  const { s3Url, bucket } = running.service;
  const packageOf = (swap: number): TellablePackage => packages[swap % 2 === 0 ? 0 : 1];
  const keys: string[] = [];
  const codes: (number | null)[] = [];
  let worker: OwnWorker = await startOwnWorker(running, bus.url, packageOf(0));
  for (let swap = 1; swap <= SWAPS; swap++) {
    const putting = putPictures(s3Url, bucket, (swap - 1) * UPLOADS_A_SWAP, UPLOADS_A_SWAP, keys);
    const { ends } = worker;
    await eventually('work of each model', () => (Object.values(ends).reduce((sum, count) => sum + count, 0) > 0 ? true : undefined));
    await sleep(whole(random, LATEST_SWAP_MS));
    // by turns: the new one beside the old one, as ECS does by default, and after it, as this stack does
    const isBeside = swap % 2 === 1;
    if (!isBeside) codes.push(await worker.stop());
    const next = await startOwnWorker(running, bus.url, packageOf(swap));
    if (isBeside) codes.push(await worker.stop());
    worker = next;
    await putting;
  }
  return { keys, codes, worker, last: packageOf(SWAPS), former: packageOf(SWAPS - 1) };
};

/** Whether the API shows the text of the record, and a model that has said it. */
const isShown = async ({ running }: Scene, { key, texts }: CaptionRecord): Promise<boolean> => {
  const image = await imageOf(running.service, key);
  const alt = image?.texts.alt?.text ?? '';
  return alt !== '' && alt === texts.alt?.text && isSaidBy(nameOf(image?.machine?.model ?? ''), alt);
};

const sayInPerson = async ({ running: { endpoints, service } }: Scene, ids: readonly string[]): Promise<void> => {
  const client = localDynamo(endpoints.dynamodb);
  const store = dynamoRecords({ client, tableName: service.outputs.TableName ?? '', now: Date.now });
  for (const id of ids) {
    await changeRecord(store, id, (before) =>
      before === undefined
        ? { outcome: 'gone' }
        : { outcome: 'written', record: revised(before, { texts: { ...before.texts, alt: MINE, caption: MINE } }, Date.now()) },
    );
  }
  client.destroy();
};

const isIdle = async ({ inside }: Scene, keys: readonly string[]): Promise<boolean> => {
  const { settledMs, idleMs } = await untilSettled(inside, keys, SETTLED_WITHIN_MS, IDLE_WITHIN_MS);
  return settledMs !== undefined && idleMs !== undefined;
};

/** What the swaps under load came to; true when all is as it should be. */
const checkSwaps = async (scene: Scene, { keys, codes }: Awaited<ReturnType<typeof swapUnderLoad>>): Promise<boolean> => {
  const { inside, packages } = scene;
  const idle = await isIdle(scene, keys);
  const records = await inside.records();
  const lost = keys.length - records.length;
  const wrong = records.flatMap(misnamed).length;
  const counts = packages.map(({ model }) => records.filter(({ texts }) => texts.alt?.model === model).length);
  let shownOtherwise = 0;
  for (const record of records) if (!(await isShown(scene, record))) shownOtherwise += 1;
  const dead = (await inside.count('UploadsDlqUrl')) + (await inside.count('InferenceDlqUrl'));
  const badEnds = codes.filter((code) => code !== 0).length;
  console.log(
    `figure 29 (seed ${SEED}): ${SWAPS} swaps of the model within ${keys.length} uploads: ${lost} lost, ${idle ? 'all' : 'NOT all'} terminal and refined, ${dead} dead letters, ${badEnds} workers did not end with 0`,
  );
  console.log(
    `${counts.join(' and ')} texts of the two models: ${wrong} name another than wrote them, ${shownOtherwise} are shown otherwise by the API`,
  );
  const none = [lost, wrong, shownOtherwise, dead, badEnds, keys.length - SWAPS * UPLOADS_A_SWAP];
  return idle && none.every((figure) => figure === 0) && counts.every((count) => count > 0);
};

/** What asking again came to; true when all is as it should be. */
const checkRecaption = async (scene: Scene, keys: readonly string[], last: TellablePackage): Promise<boolean> => {
  const { inside, bus, dataFolder } = scene;
  const recaption = async (...argv: string[]): Promise<string> => {
    const { out, err } = await startOps(['recaption', '--model-not', last.model, '--data', dataFolder, ...argv]).result;
    process.stdout.write(out + err);
    return out;
  };
  await recaption('--dry-run');
  await recaption();
  const idle = await isIdle(scene, keys);
  const records = await inside.records();
  const again = await recaption();
  const machine = records.filter(({ texts }) => texts.alt?.origin === 'machine');
  const others = machine.filter(({ texts, machine: said }) => texts.alt?.model !== last.model || said?.model !== last.model).length;
  const wrong = records.flatMap(misnamed).length;
  const untold = machine.filter(({ id, revision }) => !bus.revisions.get(id)?.has(revision)).length;
  const kept = records.filter(({ texts }) => texts.alt?.text === MINE.text && texts.caption?.text === MINE.text).length;
  console.log(
    `after recaption ${others} records name another model than ${last.model}, ${wrong} texts are misnamed, ${untold} records were not told, ${kept} of ${PEOPLE} texts of people stay; ${QUICK_LINE}`,
  );
  return idle && others + wrong + untold === 0 && kept === PEOPLE && again.startsWith('0 pictures queued');
};

const main = async (): Promise<void> => {
  const dataFolder = temporaryFolder();
  const models = temporaryFolder();
  const packages: Packages = [tellablePackage(models, 'one'), tellablePackage(models, 'two')];
  const bus = await startBus();
  const running = await startQuick(dataFolder, { ingest: { AWS_ENDPOINT_URL_EVENTBRIDGE: bus.url } }, withoutWorker);
  const scene: Scene = { running, inside: insideOf(running), bus, packages, dataFolder };
  const swapped = await swapUnderLoad(scene);
  const named = await checkSwaps(scene, swapped);
  const old = (await scene.inside.records()).filter(({ texts }) => texts.alt?.model === swapped.former.model);
  await sayInPerson(
    scene,
    old.slice(0, PEOPLE).map(({ id }) => id),
  );
  const renewed = await checkRecaption(scene, swapped.keys, swapped.last);
  const code = await swapped.worker.stop();
  scene.inside.close();
  running.s3.destroy();
  await running.service.stop();
  await bus.close();
  for (const folder of [dataFolder, models]) rmSync(folder, { recursive: true, force: true });
  process.exitCode = named && renewed && code === 0 ? 0 : 1;
};

if (import.meta.main) await main();
