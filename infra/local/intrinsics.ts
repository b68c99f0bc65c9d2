// Resolves the intrinsic functions of a template: Ref, Fn::GetAtt, Fn::Sub, Fn::Join, ... and dynamic references to secrets.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
import { HERE, type Template, TemplateError } from './template.ts';

/** What only the runner knows: the values of resources and secrets. */
export type Surroundings = {
  stackName: string;
  /** value of a resource's attribute, or of the resource itself when `attribute` is undefined */
  valueOf(id: string, attribute: string | undefined): string;
  /** value for a dynamic reference, the text between `{{resolve:` and `}}` */
  secret(reference: string): string;
};

/** Resolves any part of the template. @throws TemplateError */
export type Resolve = (node: unknown) => unknown;

/** What AWS::NoValue leaves: the property is not there. */
const NOTHING = Symbol('AWS::NoValue');

const DYNAMIC_REFERENCE = /\{\{resolve:([^}]+)\}\}/g;
const SUB_VARIABLE = /\$\{(!?)([^}]+)\}/g;

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown, name: string): unknown[] => {
  if (Array.isArray(value)) return value;
  throw new TemplateError(`${name} needs a list but has ${JSON.stringify(value)}`);
};

const textOf = (value: unknown, name: string): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${name} needs a text but has ${JSON.stringify(value)}`);
};

/** A resolver for this template. */
export const resolverOf = (template: Template, surroundings: Surroundings): { resolve: Resolve; holds(condition: string): boolean } => {
  const pseudo: Record<string, string | symbol> = {
    'AWS::Region': HERE.region,
    'AWS::AccountId': HERE.account,
    'AWS::Partition': HERE.partition,
    'AWS::URLSuffix': HERE.urlSuffix,
    'AWS::StackName': surroundings.stackName,
    'AWS::StackId': `arn:aws:cloudformation:${HERE.region}:${HERE.account}:stack/${surroundings.stackName}/local`,
    'AWS::NoValue': NOTHING,
  };

  const ref = (name: string): unknown => {
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const parameter = template.Parameters[name];
    if (parameter !== undefined) {
      if (parameter.Default !== undefined) return parameter.Default;
      throw new TemplateError(`parameter ${name} has no default`);
    }
    return attribute(name, undefined);
  };

  const attribute = (id: string, name: string | undefined): string => {
    if (!Object.hasOwn(template.Resources, id)) throw new TemplateError(`the template names ${id}, which it does not have`);
    return surroundings.valueOf(id, name);
  };

  const substitute = (value: unknown): string => {
    const [text, own] = Array.isArray(value) ? value : [value, {}];
    const variables = isNode(own) ? own : {};
    return textOf(text, 'Fn::Sub').replace(SUB_VARIABLE, (_, literal: string, name: string) => {
      if (literal === '!') return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return textOf(resolve(variables[name]), 'Fn::Sub');
      const dot = name.indexOf('.');
      return textOf(dot === -1 || name.includes('::') ? ref(name) : attribute(name.slice(0, dot), name.slice(dot + 1)), 'Fn::Sub');
    });
  };

  const findInMap = (value: unknown): unknown => {
    const [map = '', first = '', second = ''] = listOf(resolve(value), 'Fn::FindInMap').map((part) => textOf(part, 'Fn::FindInMap'));
    const found = template.Mappings[map]?.[first]?.[second];
    if (found === undefined) throw new TemplateError(`there is no ${first}.${second} in the mapping ${map}`);
    return found;
  };

  const truth = (node: unknown): boolean => {
    const [name, value] = (isNode(node) ? Object.entries(node)[0] : undefined) ?? ['', undefined];
    const parts = (): unknown[] => listOf(value, name);
    if (name === 'Condition') return holds(textOf(value, name));
    if (name === 'Fn::Equals') return JSON.stringify(resolve(parts()[0])) === JSON.stringify(resolve(parts()[1]));
    if (name === 'Fn::And') return parts().every(truth);
    if (name === 'Fn::Or') return parts().some(truth);
    if (name === 'Fn::Not') return !truth(parts()[0]);
    throw new TemplateError(`the local run does not know the condition ${JSON.stringify(node)}`);
  };

  const holds = (condition: string): boolean => {
    if (Object.hasOwn(template.Conditions, condition)) return truth(template.Conditions[condition]);
    throw new TemplateError(`the template names the condition ${condition}, which it does not have`);
  };

  const choose = (value: unknown): unknown => {
    const [condition, yes, no] = listOf(value, 'Fn::If');
    return resolve(holds(textOf(condition, 'Fn::If')) ? yes : no);
  };

  const getAtt = (value: unknown): string => {
    const parts =
      typeof value === 'string' ? value.split('.') : listOf(value, 'Fn::GetAtt').map((part) => textOf(resolve(part), 'Fn::GetAtt'));
    return attribute(parts[0] ?? '', parts.slice(1).join('.'));
  };

  const functions: Record<string, (value: unknown) => unknown> = {
    Ref: (value) => ref(textOf(value, 'Ref')),
    'Fn::GetAtt': getAtt,
    'Fn::Sub': substitute,
    'Fn::If': choose,
    'Fn::FindInMap': findInMap,
    'Fn::Join': (value) => {
      const [separator, parts] = listOf(value, 'Fn::Join');
      const texts = listOf(resolve(parts), 'Fn::Join').map((part) => textOf(part, 'Fn::Join'));
      return texts.join(textOf(separator, 'Fn::Join'));
    },
    'Fn::Select': (value) => {
      const [index, parts] = listOf(value, 'Fn::Select');
      const chosen = listOf(resolve(parts), 'Fn::Select')[Number(resolve(index))];
      if (chosen === undefined) throw new TemplateError(`Fn::Select ${String(index)} is outside its list`);
      return chosen;
    },
    'Fn::Split': (value) => {
      const [separator, text] = listOf(value, 'Fn::Split');
      return textOf(resolve(text), 'Fn::Split').split(textOf(separator, 'Fn::Split'));
    },
    'Fn::Base64': (value) => Buffer.from(textOf(resolve(value), 'Fn::Base64')).toString('base64'),
    'Fn::GetAZs': () => ['a', 'b', 'c'].map((zone) => `${HERE.region}${zone}`),
  };

  const withSecrets = (value: unknown): unknown =>
    typeof value === 'string' ? value.replace(DYNAMIC_REFERENCE, (_, reference: string) => surroundings.secret(reference)) : value;

  const resolveNode = (node: Node): unknown => {
    const [name = '', ...others] = Object.keys(node);
    const known = functions[name];
    if (known !== undefined && others.length === 0) return withSecrets(known(node[name]));
    if (name.startsWith('Fn::')) throw new TemplateError(`the local run does not know ${name}`);
    const entries = Object.entries(node).map(([key, value]) => [key, resolve(value)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== NOTHING));
  };

  const resolve: Resolve = (node) => {
    if (Array.isArray(node)) return node.map(resolve).filter((value) => value !== NOTHING);
    return isNode(node) ? resolveNode(node) : withSecrets(node);
  };

  return { resolve, holds };
};
