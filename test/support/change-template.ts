// Changes a synthesized template as a forgotten line would; what is not there cannot be changed and is an error.
import { at, type Found, type Json, list, ofType, outputOf, property, type Resource, type Template } from '../../infra/checks/look.ts';

/** The first resource of a type whose logical id begins so. @throws Error when there is none */
export const of = (template: Template, type: string, begins = ''): Found => {
  const found = ofType(template, type).find(({ id }) => id.startsWith(begins));
  if (found === undefined) throw new Error(`nothing to break: ${type} ${begins}`);
  return found;
};

/** The resource that an output tells of. @throws Error when there is none */
export const told = (template: Template, output: string): Resource => {
  const resource = template.Resources[outputOf(template, output) ?? ''];
  if (resource === undefined) throw new Error(`nothing to break: ${output}`);
  return resource;
};

type Parent = { [name: string]: Json };

const parentOf = (resource: Resource, path: readonly (string | number)[]): [Parent, string] => {
  const parent = at(resource.Properties, ...path.slice(0, -1));
  const name = String(path.at(-1));
  if (typeof parent !== 'object' || parent === null || !(name in parent)) throw new Error(`nothing to break: ${path.join('.')}`);
  return [parent as Parent, name];
};

/** Takes a property, or an entry of a list, away. @throws Error when it is not there */
export const drop = (resource: Resource, ...path: (string | number)[]): void => {
  const [parent, name] = parentOf(resource, path);
  if (Array.isArray(parent)) parent.splice(Number(name), 1);
  else delete parent[name];
};

/** Puts another value in the place of a property. @throws Error when it is not there */
export const change = (resource: Resource, value: Json, ...path: (string | number)[]): void => {
  const [parent, name] = parentOf(resource, path);
  parent[name] = value;
};

/** Takes a resource away. */
export const remove = (template: Template, { id }: Found): void => {
  delete template.Resources[id];
};

/** Takes an action away from all policies whose logical id begins so. */
export const forbid = (template: Template, begins: string, action: string): void => {
  for (const policy of ofType(template, 'AWS::IAM::Policy').filter(({ id }) => id.startsWith(begins))) {
    for (const statement of list(property(policy, 'PolicyDocument', 'Statement'))) {
      const left = list(at(statement, 'Action')).filter((one) => one !== action);
      (statement as Parent).Action = left;
    }
  }
};
