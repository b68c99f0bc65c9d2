// What a month of this service costs on AWS, from its settings and a few assumptions. Prices: prices.ts; run it by `npm run cost`.
import { lambdaUsdPerSecond, PRICES, type WorkerSettings, workerUsdPerSecond } from './prices.ts';

/** What a month is assumed to bring. */
export type Load = {
  /** pictures uploaded in the month */
  images: number;
  /** look-ups by the API for each picture of the month */
  lookupsPerImage: number;
  /** seconds of one ingest function for a picture, fetching and cold starts included */
  ingestSeconds: number;
  /** share of pictures that the larger model is asked about, 0..1; by `refine` */
  refinedShare: number;
  /** pictures in a second on one instance of the worker */
  workerImagesPerSecond: number;
  /** times that an instance is started in the month, and minutes that it runs besides its work each time */
  gpuWakes: number;
  gpuMinutesPerWake: number;
  /** texts that are spoken for the first time in the month; later ones come from the bucket. And characters of each */
  spokenTexts: number;
  spokenCharacters: number;
};

/** The settings that matter for the cost. */
export type CostSettings = WorkerSettings & {
  architecture: 'arm64' | 'x64';
  ingestMemoryMb: number;
  lookupMemoryMb: number;
};

/** US dollars of a month by service; speech only where texts are spoken. */
export type Cost = Record<'Lambda' | 'Worker' | 'DynamoDB' | 'API' | 'Messages' | 'Logs, keys, alarms', number> & { Speech?: number };

/** Pictures in one invocation of the ingest function, on average: batches of up to 10. */
const IMAGES_PER_INVOCATION = 3;
/** Puts of a record: claimed with 2 kB and completed with 4 kB, facts included; what they write in the three indexes; see adapters/aws/dynamo-records.ts. */
const WRITE_UNITS_PER_IMAGE = 2 + 4 + 3 + 3 + 1;
/** Two strongly consistent reads of up to 4 kB and one question for a known digest. */
const READ_UNITS_PER_IMAGE = 2.5;
/** A record and its index entries. */
const GB_PER_RECORD = 6e-6;
/** Receive, delete and a share of empty polls, for each message; one message by the uploads queue. */
const SQS_REQUESTS_PER_IMAGE = 1.5;
/** One S3 event in, one caption event out. */
const EVENTS_PER_IMAGE = 2;
/** Seconds of the lookup function for one request. */
const LOOKUP_SECONDS = 0.01;
const LOG_GB_PER_IMAGE = 1e-6;
const LOG_GB_PER_LOOKUP = 0.5e-6;
/** Alarms of the stack, about. */
const ALARMS = 11;
/** Metrics that the functions count in a month, about: see alarms.ts. */
const OWN_METRICS = 9;
const SECONDS_PER_MINUTE = 60;

const workerCost = (settings: CostSettings, load: Load): number => {
  if (settings.gpu === 'off') return 0;
  const busyS = (load.images * load.refinedShare) / load.workerImagesPerSecond;
  const wakeS = load.gpuWakes * load.gpuMinutesPerWake * SECONDS_PER_MINUTE;
  return (busyS + wakeS) * workerUsdPerSecond(settings);
};

const speechCost = ({ spokenTexts, spokenCharacters }: Load): number =>
  spokenTexts * (spokenCharacters * PRICES.spokenCharacter + PRICES.s3Put);

/** A month's cost in US dollars, free tiers not counted. */
export const monthlyCost = (settings: CostSettings, load: Load): Cost => {
  const { images } = load;
  const lookups = images * load.lookupsPerImage;
  const invocations = images / IMAGES_PER_INVOCATION + lookups;
  const refined = settings.gpu === 'off' ? 0 : images * load.refinedShare;
  return {
    Lambda:
      images * load.ingestSeconds * lambdaUsdPerSecond(settings.ingestMemoryMb, settings.architecture) +
      lookups * LOOKUP_SECONDS * lambdaUsdPerSecond(settings.lookupMemoryMb, settings.architecture) +
      invocations * PRICES.lambdaRequest,
    Worker: workerCost(settings, load),
    DynamoDB:
      (images * WRITE_UNITS_PER_IMAGE + refined * WRITE_UNITS_PER_IMAGE) * PRICES.dynamoWrite +
      (images * READ_UNITS_PER_IMAGE + lookups) * PRICES.dynamoRead +
      images * GB_PER_RECORD * (PRICES.dynamoGbMonth + PRICES.dynamoBackupGbMonth),
    API: lookups * PRICES.httpApiRequest,
    Messages:
      (images + refined) * SQS_REQUESTS_PER_IMAGE * PRICES.sqsRequest +
      images * EVENTS_PER_IMAGE * PRICES.event +
      (images + refined) * PRICES.s3Get,
    'Logs, keys, alarms':
      (images * LOG_GB_PER_IMAGE + lookups * LOG_GB_PER_LOOKUP) * PRICES.logGb +
      PRICES.secretMonth +
      ALARMS * PRICES.alarmMonth +
      OWN_METRICS * PRICES.metricMonth +
      PRICES.dashboardMonth,
    ...(load.spokenTexts > 0 && { Speech: speechCost(load) }),
  };
};

/** Sum over all services. */
export const total = (cost: Cost): number => Object.values(cost).reduce((sum, part) => sum + part, 0);
