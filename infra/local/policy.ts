// Whether policies of the template allow an action: so much of IAM's rules as the local run checks. What it does not know is an error.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
import { z } from 'zod';
import { TemplateError } from './template.ts';

const oneOrMore = z.union([z.string().transform((item) => [item]), z.array(z.string())]);

const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore)]).optional(),
  Action: oneOrMore.default([]),
  NotAction: z.never().optional(),
  Resource: oneOrMore.default([]),
  NotResource: z.never().optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
});

/** A policy document, resolved. */
export const policyDocument = z.object({
  Statement: z.union([z.array(statement), statement.transform((single) => [single])]),
});

/** A policy document. */
export type PolicyDocument = z.infer<typeof policyDocument>;

/** Who wants to do what; `service` for a resource's policy, absent for a role's. */
export type Wish = { service?: string; action: string; resource: string; context: Readonly<Record<string, string>> };

const like = (pattern: string, text: string): boolean => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'is').test(text);
};

const OPERATORS: Record<string, (wanted: string, found: string) => boolean> = {
  StringEquals: (wanted, found) => wanted === found,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (wanted, found) => wanted.toLowerCase() === found.toLowerCase(),
};

type Statement = PolicyDocument['Statement'][number];

const conditionHolds = ({ Condition }: Statement, context: Wish['context']): boolean =>
  Object.entries(Condition).every(([operator, keys]) => {
    const test = OPERATORS[operator];
    if (test === undefined) throw new TemplateError(`the local run does not know the policy condition ${operator}`);
    return Object.entries(keys).every(([key, wanted]) => {
      const found = context[key];
      return found !== undefined && wanted.some((value) => test(value, found));
    });
  });

const principalFits = ({ Principal }: Statement, service: string | undefined): boolean => {
  if (service === undefined || Principal === '*') return true;
  if (Principal === undefined) return false;
  return Object.entries(Principal).some(([kind, names]) => names.some((name) => name === '*' || (kind === 'Service' && name === service)));
};

/** Whether the policies together allow the wish: some statement allows it and none denies it. */
export const allows = (policies: readonly PolicyDocument[], wish: Wish): boolean => {
  const effects = policies
    .flatMap((policy) => policy.Statement)
    .filter(
      (one) =>
        principalFits(one, wish.service) &&
        one.Action.some((action) => like(action, wish.action)) &&
        one.Resource.some((resource) => like(resource, wish.resource)) &&
        conditionHolds(one, wish.context),
    )
    .map((one) => one.Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
};
