// npm run cost: a table of what months of different sizes cost, as Markdown. Settings by the flags; --help lists them.
import { parseArgs } from 'node:util';
import { type CostSettings, type Load, monthlyCost, total } from './cost.ts';
import { INGEST_MEMORY_MB, LOOKUP_MEMORY_MB } from './function-sizes.ts';

const HELP = `npm run cost -- [--images 1000,100000,1000000] [--gpu off|spot|on-demand] [--lookups-per-image 20]
  [--ingest-seconds 0.6] [--refined-share 0.5] [--gpu-images-per-second 20] [--gpu-wakes 30] [--gpu-minutes-per-wake 20]
  [--architecture arm64|x64] [--gpu-instance-types g6.xlarge,g5.xlarge]
  [--spoken-texts 0] [--spoken-characters 125] [--worker-on gpu|cpu] [--cpu-instance-types c7i.2xlarge] [--cpu-images-per-second 0.25]
With --worker-on cpu the worker has no GPU: --gpu, --gpu-wakes and --gpu-minutes-per-wake say how its instances are bought and run.`;

const DEFAULTS = {
  images: '1000,100000,1000000',
  gpu: 'off',
  'lookups-per-image': '20',
  'ingest-seconds': '0.6',
  'refined-share': '0.5',
  'gpu-images-per-second': '20',
  'gpu-wakes': '30',
  'gpu-minutes-per-wake': '20',
  architecture: 'arm64',
  'gpu-instance-types': 'g6.xlarge',
  'worker-on': 'gpu',
  'cpu-instance-types': 'c7i.2xlarge',
  'cpu-images-per-second': '0.25',
  'spoken-texts': '0',
  'spoken-characters': '125',
};

type Flags = Record<keyof typeof DEFAULTS, string>;

const oneOf = <T extends string>(flag: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((choice) => choice === value);
  if (found === undefined) throw new TypeError(`Expected ${allowed.join(', ')} for --${flag} but received "${value}"`);
  return found;
};

const amount = (flag: keyof Flags, flags: Flags): number => {
  const value = Number(flags[flag]);
  if (!Number.isFinite(value) || value < 0 || flags[flag] === '')
    throw new TypeError(`Expected a number of 0 or more for --${flag} but received "${flags[flag]}"`);
  return value;
};

const workerOn = (flags: Flags): 'gpu' | 'cpu' => oneOf('worker-on', flags['worker-on'], ['gpu', 'cpu']);

const settingsOf = (flags: Flags): CostSettings => ({
  architecture: oneOf('architecture', flags.architecture, ['arm64', 'x64']),
  gpu: oneOf('gpu', flags.gpu, ['off', 'spot', 'on-demand']),
  workerOn: workerOn(flags),
  gpuInstanceTypes: flags['gpu-instance-types'].split(','),
  cpuInstanceTypes: flags['cpu-instance-types'].split(','),
  ingestMemoryMb: INGEST_MEMORY_MB,
  lookupMemoryMb: LOOKUP_MEMORY_MB,
});

const loadOf = (flags: Flags, images: number): Load => ({
  images,
  lookupsPerImage: amount('lookups-per-image', flags),
  ingestSeconds: amount('ingest-seconds', flags),
  refinedShare: amount('refined-share', flags),
  workerImagesPerSecond: Math.max(amount(`${workerOn(flags)}-images-per-second`, flags), Number.MIN_VALUE),
  gpuWakes: amount('gpu-wakes', flags),
  gpuMinutesPerWake: amount('gpu-minutes-per-wake', flags),
  spokenTexts: amount('spoken-texts', flags),
  spokenCharacters: amount('spoken-characters', flags),
});

/** The table, one row for each number of pictures. @throws TypeError naming a wrong flag */
export const costTable = (given: Partial<Flags>): string => {
  const flags = { ...DEFAULTS, ...given };
  const settings = settingsOf(flags);
  const rows = flags.images.split(',').map((count) => {
    const images = amount('images', { ...flags, images: count });
    const cost = monthlyCost(settings, loadOf(flags, images));
    return { images, cost };
  });
  const worker = settings.workerOn === 'gpu' ? 'GPU' : 'Worker on CPU';
  const names = Object.keys(rows[0]?.cost ?? {}).map((name) => (name === 'Worker' ? worker : name));
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(['pictures a month', ...names, 'USD a month']),
    line(['---:', ...names.map(() => '---:'), '---:']),
    ...rows.map(({ images, cost }) =>
      line([images.toLocaleString('en'), ...Object.values(cost).map((usd) => usd.toFixed(2)), total(cost).toFixed(2)]),
    ),
  ].join('\n');
};

if (import.meta.main) {
  try {
    const options = Object.fromEntries(Object.keys(DEFAULTS).map((flag) => [flag, { type: 'string' as const }]));
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } }, strict: true });
    const { help, ...flags } = values;
    process.stdout.write(`${help === true ? HELP : costTable(flags as Partial<Flags>)}\n`);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
