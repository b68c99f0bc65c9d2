// EventBridge event patterns: the operators that the stack may use. One that is not known is refused, never ignored.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
import { TemplateError } from './template.ts';

/** Whether an event (or a part of one) matches. */
export type Matches = (value: unknown) => boolean;

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const isLiteral = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

const unknownPattern = (pattern: unknown): TemplateError =>
  new TemplateError(`the local run does not know the event pattern ${JSON.stringify(pattern)}`);

const onText =
  (test: (text: string) => boolean): Matches =>
  (value) =>
    typeof value === 'string' && test(value);

const texts = (operand: unknown): string[] => {
  const list = Array.isArray(operand) ? operand : [operand];
  if (list.every((item) => typeof item === 'string')) return list;
  throw unknownPattern(operand);
};

const one = (operand: unknown): string => {
  if (typeof operand === 'string') return operand;
  throw unknownPattern(operand);
};

/** `*` stands for any characters, `\*` for itself. */
const wildcard = (pattern: string): ((text: string) => boolean) => {
  const source = pattern.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return found === '*' ? '[^]*' : `\\${found}`;
  });
  const expression = new RegExp(`^${source}$`, 'u');
  return (text) => expression.test(text);
};

const TEXT_TESTS: Record<string, (operand: string) => (text: string) => boolean> = {
  prefix: (operand) => (text) => text.startsWith(operand),
  suffix: (operand) => (text) => text.endsWith(operand),
  wildcard,
  'equals-ignore-case': (operand) => (text) => text.toLowerCase() === operand.toLowerCase(),
};

const anythingBut = (operand: unknown): Matches => {
  if (isNode(operand)) {
    const [name = '', ...others] = Object.keys(operand);
    const make = TEXT_TESTS[name];
    if (make === undefined || others.length > 0) throw unknownPattern({ 'anything-but': operand });
    const tests = texts(operand[name]).map(make);
    return onText((text) => tests.every((test) => !test(text)));
  }
  const excluded = Array.isArray(operand) ? operand : [operand];
  if (!excluded.every(isLiteral)) throw unknownPattern({ 'anything-but': operand });
  return (value) => value !== undefined && !excluded.includes(value);
};

const operator = (node: Node): Matches => {
  const [name = '', ...others] = Object.keys(node);
  if (others.length > 0) throw unknownPattern(node);
  const operand = node[name];
  if (name === 'anything-but') return anythingBut(operand);
  if (name === 'exists' && typeof operand === 'boolean') return (value) => (value !== undefined) === operand;
  const make = TEXT_TESTS[name];
  if (make === undefined) throw unknownPattern(node);
  return onText(make(one(operand)));
};

const leaf = (choices: readonly unknown[]): Matches => {
  const tests = choices.map((choice): Matches => {
    if (isLiteral(choice)) return (value) => value === choice;
    if (isNode(choice)) return operator(choice);
    throw unknownPattern(choice);
  });
  return (value) => tests.some((test) => (Array.isArray(value) ? value.some(test) : test(value)));
};

/** A test for events. @throws TemplateError when the pattern has something that the local run does not know */
export const eventPattern = (pattern: unknown): Matches => {
  if (!isNode(pattern) || Object.keys(pattern).length === 0) throw unknownPattern(pattern);
  const parts = Object.entries(pattern).map(([name, below]): Matches => {
    if (name.startsWith('$')) throw unknownPattern({ [name]: below });
    const test = Array.isArray(below) ? leaf(below) : eventPattern(below);
    return (value) => test(isNode(value) ? value[name] : undefined);
  });
  return (value) => parts.every((test) => test(value));
};
