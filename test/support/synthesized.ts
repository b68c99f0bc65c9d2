// Templates of the stack for tests: synthesized once for each context, without bundling, in a folder that goes with the process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../infra/app.ts';
import { at, type Found, list, ofType, property, rightsOf, type Template } from '../../infra/checks/look.ts';

const folder = mkdtempSync(join(tmpdir(), 'caption-synth-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const made = new Map<string, string>();

/** A template of its own for every caller, so it may be changed. */
export const synthesized = (context: Readonly<Record<string, unknown>> = {}): Template => {
  const key = JSON.stringify(context);
  const known = made.get(key) ?? JSON.stringify(synthesize(context, join(folder, String(made.size)), { bundling: false }).template);
  made.set(key, known);
  return JSON.parse(known);
};

/** The one resource of a type, or the one whose logical id begins so. */
export const only = (template: Template, type: string, begins = ''): Found => {
  const [found, ...others] = ofType(template, type).filter(({ id }) => id.startsWith(begins));
  if (found === undefined || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} of ${type} ${begins}`);
  return found;
};

/** Everything that a role may do, in the order of the alphabet. */
export const actionsOf = (template: Template, role: string): string[] =>
  rightsOf(template, role)
    .flatMap(({ actions }) => actions)
    .toSorted();

/** What the function whose logical id begins so is given; references stand as JSON. */
export const variablesOf = (template: Template, begins: string): Record<string, unknown> =>
  property(only(template, 'AWS::Lambda::Function', begins), 'Environment', 'Variables') as Record<string, unknown>;

/** What the container of the worker is given. */
export const workerVariables = (template: Template): Record<string, unknown> =>
  Object.fromEntries(
    list(property(only(template, 'AWS::ECS::TaskDefinition'), 'ContainerDefinitions', 0, 'Environment')).map((variable) => [
      String(at(variable, 'Name')),
      at(variable, 'Value'),
    ]),
  );
