// npm run bench -- --facts [MODEL] [--stages a,b]: what each stage of the analysis costs on a 12 megapixel photo, one thread, warm, and the
// whole pass against the caption alone, measured in turns in the same run; then the same photo with lines of text on it, which are read.
import sharp from 'sharp';
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import type { Captioned, Captioner, EncodedPicture } from '../../functions/core/caption.ts';
import { STAGES, type Stage } from '../../functions/core/facts/facts.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import { analysisOf } from '../../functions/wiring/analysis.ts';
import { packagePath } from '../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../functions/wiring/config.ts';
import { phonePhoto } from './photos.ts';

/** Until the stages' code has been compiled by the engine: fewer rounds measure its compiler. */
const WARM_ROUNDS = 12;
const ROUNDS = 25;
const TARGET_RATIO = 2.5;
const INFERENCE_TIMEOUT_MS = 60_000;
const LIMITS = { ...DEFAULT_LIMITS, decodeTimeoutMs: 60_000 };
const session = { provider: 'cpu' as const, threads: 1 };

const LINES = ['OPEN EVERY DAY', 'Fresh bread and coffee', 'from 7 am to 6 pm'];
const LINE_PX = 260;

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** The photo with a sign on it. */
const withText = async ({ bytes }: EncodedPicture): Promise<EncodedPicture> => {
  const words = LINES.map((line, i) => `<text x="150" y="${(i + 1) * LINE_PX}" font-size="180">${line}</text>`).join('');
  const sign = `<svg xmlns="http://www.w3.org/2000/svg" width="2600" height="${(LINES.length + 0.5) * LINE_PX}">
    <rect width="100%" height="100%" fill="white"/><g font-family="DejaVu Sans, sans-serif">${words}</g></svg>`;
  return {
    bytes: await sharp(bytes)
      .composite([{ input: Buffer.from(sign), left: 600, top: 900 }])
      .jpeg({ quality: 92 })
      .toBuffer(),
  };
};

type Round = { wholeMs: number; said: Captioned };

const once = async (captioner: Captioner, photo: EncodedPicture): Promise<Round> => {
  const began = performance.now();
  const [said] = await captioner.caption([photo], {});
  if (said === undefined || said instanceof Error) throw said ?? new Error('no answer');
  if (said.facts?.failed !== undefined) throw new Error(`stages failed: ${JSON.stringify(said.facts.failed)}`);
  return { wholeMs: performance.now() - began, said };
};

const line = (name: string, ms: number, more = ''): void => console.log(`  ${name.padEnd(26)}${ms.toFixed(1).padStart(8)} ms${more}`);

const measure = async (alone: Captioner, analysing: Captioner, photo: EncodedPicture): Promise<[Round[], Round[]]> => {
  const [plain, whole]: [Round[], Round[]] = [[], []];
  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    const both = [await once(alone, photo), await once(analysing, photo)] as const;
    if (round < 0) continue;
    plain.push(both[0]);
    whole.push(both[1]);
  }
  return [plain, whole];
};

const stageMs = (rounds: readonly Round[], stage: Stage | 'pixels'): number =>
  median(rounds.map(({ said }) => said.ms.facts?.[stage] ?? 0));

const report = ([plain, whole]: [Round[], Round[]], stages: readonly Stage[]): void => {
  const caption = median(plain.map(({ wholeMs }) => wholeMs));
  const all = median(whole.map(({ wholeMs }) => wholeMs));
  line('caption alone', caption);
  line('pixels for the analysis', stageMs(whole, 'pixels'));
  for (const stage of stages) line(stage, stageMs(whole, stage), `   ${whole[0]?.said.facts?.by?.[stage] ?? ''}`);
  const ratio = median(whole.map(({ wholeMs }, i) => wholeMs / (plain[i]?.wholeMs ?? Number.NaN)));
  line('caption and facts', all, ` = ${ratio.toFixed(2)} x the caption alone, median of the rounds (target at most ${TARGET_RATIO})`);
};

const optionsOf = (args: readonly string[]): { model: string | undefined; stages: readonly Stage[] | undefined } => {
  const at = args.indexOf('--stages');
  const named = at < 0 ? undefined : (args[at + 1] ?? '').split(',');
  const stages = named && STAGES.filter((stage) => named.includes(stage));
  if (stages !== undefined && stages.length !== named?.length)
    throw new TypeError(`Expected stages of ${STAGES.join(', ')} for --stages but received ${JSON.stringify(args[at + 1])}`);
  const model = args.find((arg, i) => !arg.startsWith('--') && (at < 0 || i !== at + 1));
  return { model, stages };
};

/** Measures and prints. @throws TypeError for a wrong command line */
export const benchFacts = async (args: readonly string[]): Promise<void> => {
  const config = readConfig();
  const { model, stages = config.analysis.stages } = optionsOf(args);
  const pool = {
    folder: packagePath(model ?? config.model, config),
    session,
    lanes: 1,
    limits: LIMITS,
    inferenceTimeoutMs: INFERENCE_TIMEOUT_MS,
  };
  const alone = await captionerPool(pool);
  const analysing = await captionerPool({ ...pool, analysis: analysisOf({ ...config.analysis, stages }) });
  const photo = await phonePhoto();
  console.log(
    `facts: ${analysing.model}, 12 MP JPEG of ${(photo.bytes.length / 1e6).toFixed(1)} MB, 1 thread, medians of ${ROUNDS} rounds`,
  );
  report(await measure(alone, analysing, photo), stages);
  console.log('facts: the same with three lines of text on it');
  const rounds = await measure(alone, analysing, await withText(photo));
  report(rounds, stages);
  if (stages.includes('text')) console.log(`  read: ${JSON.stringify(rounds[1][0]?.said.facts?.text?.map(({ text }) => text))}`);
  await alone.close();
  await analysing.close();
};
