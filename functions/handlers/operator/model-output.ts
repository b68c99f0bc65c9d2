// What the commands print that compare models' words and change from one to another.
import type { ChangedText, ModelDiff, Side, SideSum } from '../../core/operate/operate-diff.ts';
import type { ModelChanged } from '../../core/operate/operate-models.ts';
import type { ModelCommand } from './model-arguments.ts';

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const lintOf = ({ errors, warnings }: SideSum): string => `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;

const sideLine = (model: string, width: number, side: Side): string =>
  `  ${model.padEnd(width)}  ${String(side.characters).padStart(4)}  ${lintOf(side).padEnd('00 errors, 00 warnings'.length)}  ${JSON.stringify(side.text)}`;

const changedLines = ({ key, field, from, to }: ChangedText, models: { from: string; to: string }): string[] => {
  const width = Math.max(models.from.length, models.to.length);
  return [`${JSON.stringify(key)} ${field}`, sideLine(models.from, width, from), sideLine(models.to, width, to)];
};

const mean = (sum: number, count: number): string => (count === 0 ? '0' : (sum / count).toFixed(1));

/** Each changed text with both models' words, their characters and findings, and a summary. */
export const diffLines = (diff: ModelDiff, { from, to }: { from: string; to: string }): string[] => {
  const { listed, pictures, same, changed } = diff;
  const texts = same + changed.length;
  const heading = changed.length === 0 ? [] : ['picture and field', '  model, characters, findings of the linter, words', ''];
  const lines = changed.flatMap((one) => [...changedLines(one, { from, to }), '']);
  return [
    ...heading,
    ...lines,
    `${plural(pictures, 'picture')} of ${listed} compared: ${changed.length} of ${plural(texts, 'text')} changed`,
    `characters: ${mean(diff.from.characters, texts)} -> ${mean(diff.to.characters, texts)} on average`,
    `linter: ${lintOf(diff.from)} -> ${lintOf(diff.to)}`,
  ];
};

/** What was changed, and what had to stay. */
export const modelChangedLines = (
  { listed, changed, stayed }: ModelChanged,
  { name, to, dryRun }: Exclude<ModelCommand, { name: 'diff' }>,
): string[] => {
  const verb = name === 'promote' ? 'brought to' : 'taken back to';
  const what = `${plural(changed, 'picture')} ${dryRun ? `would be ${verb}` : verb} the words of ${to}`;
  return [`${what}; ${listed} listed, ${stayed} with texts that no machine may change`];
};
