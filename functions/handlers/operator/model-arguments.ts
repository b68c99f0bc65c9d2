// The options of the commands that compare models' words and change from one to another.
import { UsageError } from '../../core/errors.ts';
import { count, modelName } from './option-values.ts';

/** To compare, or to change; `json`: as JSON. */
export type ModelCommand =
  | { name: 'diff'; from: string; to: string; sample: number; prefix: string; json: boolean }
  | { name: 'promote' | 'rollback'; to: string; prefix: string; limit: number; dryRun: boolean };

/** Pictures that are compared when nobody says how many. */
const USUAL_SAMPLE = '100';

/** Values of these options as they were given. */
export type ModelValues = {
  from?: string | undefined;
  to?: string | undefined;
  sample?: string | undefined;
  prefix?: string | undefined;
  limit?: string | undefined;
  json: boolean;
  'dry-run': boolean;
};

const neededModel = (command: string, option: string, text: string | undefined): string => {
  const name = modelName(option, text);
  if (name !== undefined) return name;
  throw new UsageError(`Expected --${option} NAME@VERSION with ${command}, as records name models`);
};

/** @throws UsageError saying what is wrong */
export const modelCommandOf = (name: ModelCommand['name'], values: ModelValues): ModelCommand => {
  const { prefix = '', json } = values;
  const to = neededModel(name, 'to', values.to);
  if (name !== 'diff') return { name, to, prefix, limit: count('limit', values.limit), dryRun: values['dry-run'] };
  const from = neededModel(name, 'from', values.from);
  if (from === to) throw new UsageError('Expected two different models for --from and --to');
  return { name, from, to, sample: count('sample', values.sample ?? USUAL_SAMPLE), prefix, json };
};
