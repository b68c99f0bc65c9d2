// What a new model says in other words than one before, of pictures of which both have spoken: read before it is promoted.
import { lint } from '../lint/lint.ts';
import { type CaptionRecord, TEXT_KINDS, type Text, type TextKind } from '../record/record.ts';
import type { Operations } from './operate-ports.ts';
import { readyPages } from './ready-pages.ts';

/** From which to which model (name@version), and of how many pictures at most. */
export type DiffWishes = { from: string; to: string; prefix: string; sample: number };

/** What one model said: its words, their characters, and how many rules they break. */
export type Side = { text: string; characters: number; errors: number; warnings: number };

/** A text that has changed. */
export type ChangedText = { key: string; field: TextKind; from: Side; to: Side };

/** Sums over all texts that were compared, of one model. */
export type SideSum = { characters: number; errors: number; warnings: number };

/** Pictures that were looked at and of which both have spoken; texts that are the same and that have changed; sums over both kinds of these. */
export type ModelDiff = { listed: number; pictures: number; same: number; changed: ChangedText[]; from: SideSum; to: SideSum };

/** What the model has said of the picture as it is: now, as a proposal, or before. */
const saidBy = ({ texts, proposals, history = [], picture }: CaptionRecord, kind: TextKind, model: string): Text | undefined => {
  const past = history.toReversed().filter((one) => one.kind === kind && one.translation === undefined);
  return [texts[kind], proposals?.[kind], ...past].find((text) => text?.model === model && text.sha256 === picture?.sha256);
};

const sideOf = ({ text, lang }: Text, kind: TextKind): Side => {
  const findings = lint(text, { kind, lang, machine: true });
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { text, characters: [...text].length, errors, warnings: findings.length - errors };
};

type Pair = { field: TextKind; from: Side; to: Side };

/** One pair for each kind of which both have spoken; a caption that only repeats the alt tells nothing more. */
const pairsOf = (record: CaptionRecord, { from, to }: DiffWishes): Pair[] => {
  const pairs: Pair[] = [];
  for (const field of TEXT_KINDS) {
    const [before, after] = [saidBy(record, field, from), saidBy(record, field, to)];
    if (before === undefined || after === undefined) continue;
    if (pairs.some((pair) => pair.from.text === before.text && pair.to.text === after.text)) continue;
    pairs.push({ field, from: sideOf(before, field), to: sideOf(after, field) });
  }
  return pairs;
};

const added = (sum: SideSum, { characters, errors, warnings }: Side): SideSum => ({
  characters: sum.characters + characters,
  errors: sum.errors + errors,
  warnings: sum.warnings + warnings,
});

const NOTHING: SideSum = { characters: 0, errors: 0, warnings: 0 };

const withPairs = (diff: ModelDiff, key: string, pairs: readonly Pair[]): ModelDiff => {
  const changed = pairs.filter((pair) => pair.from.text !== pair.to.text);
  return {
    listed: diff.listed,
    pictures: diff.pictures + (pairs.length > 0 ? 1 : 0),
    same: diff.same + pairs.length - changed.length,
    changed: [...diff.changed, ...changed.map((pair) => ({ key, ...pair }))],
    from: pairs.reduce((sum, pair) => added(sum, pair.from), diff.from),
    to: pairs.reduce((sum, pair) => added(sum, pair.to), diff.to),
  };
};

/** Compares the first `sample` pictures, in the order of their keys. @throws CodedError UNAVAILABLE or INTERNAL */
export const diffModels = async (operations: Operations, wishes: DiffWishes): Promise<ModelDiff> => {
  let diff: ModelDiff = { listed: 0, pictures: 0, same: 0, changed: [], from: NOTHING, to: NOTHING };
  for await (const records of readyPages(operations, wishes)) {
    for (const record of records) {
      if (diff.pictures >= wishes.sample) return diff;
      diff = withPairs({ ...diff, listed: diff.listed + 1 }, record.key, pairsOf(record, wishes));
    }
  }
  return diff;
};
