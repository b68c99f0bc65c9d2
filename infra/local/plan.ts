// Reads a template in two steps: first what holds things, and when the servers' addresses are known, what runs.
import { type ApiPlan, readApi } from './api.ts';
import { checkComplete, checkTypes } from './completeness.ts';
import { type Compute, readCompute } from './compute.ts';
import { resolverOf } from './intrinsics.ts';
import { type Addresses, namesOf, valuesOf } from './resource-values.ts';
import { readStorage, type Storage } from './storage.ts';
import { readTemplate, type Template, TemplateError } from './template.ts';

/** Everything that runs behind the servers. */
export type Running = Compute & { api: ApiPlan };

/** A template that the local run can run. */
export type Plan = {
  storage: Storage;
  /** @throws TemplateError */
  running(addresses: Addresses): Running;
};

/** Where the parts of a plan come from. */
export type PlanSources = { template: unknown; stackName: string; assetsFolder: string; secret(reference: string): string };

const onlyWhatHolds = (template: Template, holds: (condition: string) => boolean): Template => {
  const kept = <T extends { Condition?: string | undefined }>(all: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([, { Condition }]) => Condition === undefined || holds(Condition)));
  return { ...template, Resources: kept(template.Resources), Outputs: kept(template.Outputs) };
};

/** @throws TemplateError saying what AWS would not do, or the local run does not know */
export const readPlan = ({ template: json, stackName, assetsFolder, secret }: PlanSources): Plan => {
  const whole = readTemplate(json);
  const { holds } = resolverOf(whole, { stackName, valueOf: valuesOf(whole), secret });
  const template = onlyWhatHolds(whole, holds);
  checkTypes(template);
  const storage = readStorage(template, resolverOf(template, { stackName, valueOf: valuesOf(template), secret }).resolve);
  return {
    storage,
    running: (addresses) => {
      const { resolve } = resolverOf(template, { stackName, valueOf: valuesOf(template, addresses), secret });
      const compute = readCompute(template, resolve, assetsFolder);
      const api = readApi(template, resolve);
      checkComplete(template, (id) => namesOf(template).get(id) ?? id, { storage, compute, api });
      if (api === undefined) throw new TemplateError('the template has no HTTP API');
      return { ...compute, api };
    },
  };
};
