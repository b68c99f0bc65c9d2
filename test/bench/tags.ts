// npm run bench -- --tags --data DATA --photos PHOTOS [--model M] [--split val] [--stages a,b]: tags of COCO photos against what five people wrote
// about each. A tag is right when one of them names its term; a term that at least two name should be a tag. By threshold.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { captionerPool } from '../../functions/adapters/model/captioner-pool.ts';
import type { Captioned } from '../../functions/core/caption.ts';
import { STAGES } from '../../functions/core/facts/facts.ts';
import { captionedResult } from '../../functions/core/ingest/ingest-result.ts';
import { DEFAULT_LIMITS } from '../../functions/core/picture/picture-limits.ts';
import type { CaptionRecord } from '../../functions/core/record/record.ts';
import type { Tag } from '../../functions/core/tags/tag.ts';
import { tagsOf } from '../../functions/core/tags/tags-of.ts';
import { SHIPPED_VOCABULARY } from '../../functions/core/tags/vocabulary.ts';
import { analysisOf } from '../../functions/wiring/analysis.ts';
import { packagePath } from '../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../functions/wiring/config.ts';
import { describedRecord, personText } from '../support/described.ts';

const MOST_PHOTOS = 220;
const THRESHOLDS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
const AGREED = 2;
const PATIENT_MS = 60_000;
/** Every tag with its confidence, so that thresholds can be compared. */
const RULES = { genderNeutral: true, vocabulary: { ...SHIPPED_VOCABULARY, atLeast: 0, most: 100 } };
/** People seldom name colours that are there, and no captioner's property of a product. */
const JUDGED: ReadonlySet<string> = new Set(['thing', 'product', 'person', 'animal', 'food', 'plant', 'scene']);

const WORK = { sha256: '0'.repeat(64), bytes: 1, route: 'lambda', usdPerSecond: 0, models: 1, at: 0 } as const;

const captionsOf = (data: string, split: string): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const line of readFileSync(join(data, 'captions.tsv'), 'utf8').split('\n').slice(1)) {
    const [image = '', of, origin, caption = ''] = line.split('\t');
    if (of === split && origin === 'coco') found.set(image, [...(found.get(image) ?? []), caption]);
  }
  return new Map([...found].slice(0, MOST_PHOTOS));
};

const namesOf = (tags: readonly Tag[]): string[] => tags.filter(({ kind = '' }) => JUDGED.has(kind)).map(({ name }) => name);

/** How many people name each term. */
const namedBy = async (captions: readonly string[]): Promise<Map<string, number>> => {
  const counts = new Map<string, number>();
  for (const caption of captions) {
    const record = await describedRecord('', { texts: { alt: personText(caption) } });
    for (const name of namesOf(tagsOf(record, RULES))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
};

const recordOf = async (captioned: Captioned, withFacts: boolean): Promise<CaptionRecord> => {
  const { texts, machine, facts } = captionedResult(captioned, WORK);
  return describedRecord('', { texts, machine, ...(withFacts && facts !== undefined && { facts }) });
};

type Seen = { tags: Tag[]; people: Map<string, number> };

const row = (seen: readonly Seen[], atLeast: number): string => {
  const [counted, right, agreed, found] = seen.reduce<[number, number, number, number]>(
    ([tagged, ok, wanted, got], { tags, people }) => {
      const names = namesOf(tags.filter(({ confidence }) => confidence >= atLeast));
      const sure = [...people].filter(([, count]) => count >= AGREED).map(([name]) => name);
      return [
        tagged + names.length,
        ok + names.filter((name) => people.has(name)).length,
        wanted + sure.length,
        got + sure.filter((name) => names.includes(name)).length,
      ];
    },
    [0, 0, 0, 0],
  );
  const cells = [(counted / seen.length).toFixed(2), (right / counted).toFixed(3), (found / agreed).toFixed(3)];
  return `| ${atLeast} | ${cells.join(' | ')} |`;
};

const table = (title: string, seen: readonly Seen[]): void => {
  console.log(`\n${title}\n| from probability | tags a photo | right | of agreed terms |\n| ---: | ---: | ---: | ---: |`);
  for (const atLeast of THRESHOLDS) console.log(row(seen, atLeast));
};

const OPTIONS = {
  data: { type: 'string' },
  photos: { type: 'string' },
  model: { type: 'string' },
  split: { type: 'string', default: 'val' },
  stages: { type: 'string' },
} as const;

const optionsOf = (args: readonly string[]) => {
  const { values } = parseArgs({ args: args.filter((arg) => arg !== '--tags'), options: OPTIONS });
  const { data, photos, model, split, stages } = values;
  if (data === undefined || photos === undefined) throw new TypeError('Expected --data and --photos with folders');
  return { data, photos, model, split, stages: STAGES.filter((stage) => stages?.split(',').includes(stage)) };
};

/** Measures and prints. @throws TypeError for a wrong command line */
export const benchTags = async (args: readonly string[]): Promise<void> => {
  const { data, photos, model, split, stages } = optionsOf(args);
  const config = readConfig();
  const captioner = await captionerPool({
    folder: packagePath(model ?? config.model, config),
    session: { provider: 'cpu', threads: 1 },
    lanes: 1,
    limits: { ...DEFAULT_LIMITS, decodeTimeoutMs: PATIENT_MS },
    inferenceTimeoutMs: PATIENT_MS,
    analysis: analysisOf({ ...config.analysis, stages }),
  });
  const [alone, all]: [Seen[], Seen[]] = [[], []];
  for (const [image, captions] of captionsOf(data, split)) {
    const [captioned] = await captioner.caption([{ bytes: readFileSync(join(photos, image)) }], {});
    if (captioned === undefined || captioned instanceof Error) throw captioned ?? new Error('no answer');
    const people = await namedBy(captions);
    alone.push({ tags: tagsOf(await recordOf(captioned, false), RULES), people });
    all.push({ tags: tagsOf(await recordOf(captioned, true), RULES), people });
  }
  await captioner.close();
  table(`tags of ${alone.length} photos (${split}), ${captioner.model}, by the caption alone`, alone);
  if (stages.length > 0) table(`with ${stages.join(', ')}`, all);
};
