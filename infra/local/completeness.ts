// What must hold between the parts of a template: nothing is unknown, nothing stands there unused, no failure is lost.
import type { ApiPlan } from './api.ts';
import type { Compute } from './compute.ts';
import { NOTHING_HERE, RUN_HERE } from './known-types.ts';
import type { Storage } from './storage.ts';
import { type Template, TemplateError } from './template.ts';

/** @throws TemplateError naming the resource types that the local run does not know */
export const checkTypes = (template: Template): void => {
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  const unknown = [...types].filter((type) => !RUN_HERE.has(type) && !Object.hasOwn(NOTHING_HERE, type));
  if (unknown.length > 0)
    throw new TemplateError(`the local run does not know ${unknown.join(', ')}: run it, or say in known-types.ts why not`);
};

const deadLetterQueues = (template: Template): Set<string> => {
  const named = JSON.stringify(template.Resources).matchAll(
    /"(?:deadLetterTargetArn|DeadLetterConfig)":(?:\{"Arn":)?\{"Fn::GetAtt":\["(\w+)"/g,
  );
  return new Set([...named].map(([, id = '']) => id));
};

/** @throws TemplateError when a queue has no taker or no dead-letter queue, or a function nothing that calls it */
export const checkComplete = (
  template: Template,
  nameOf: (id: string) => string,
  { storage, compute, api }: { storage: Storage; compute: Compute; api: ApiPlan | undefined },
): void => {
  const dead = new Set([...deadLetterQueues(template)].map(nameOf));
  const workerValues = Object.values(compute.worker?.environment ?? {});
  const takenByWorker = (name: string): boolean => workerValues.some((value) => value.endsWith(`/${name}`));
  for (const { name, attributes } of storage.queues) {
    if (dead.has(name)) continue;
    if (!compute.mappings.some(({ queueName }) => queueName === name) && !takenByWorker(name)) {
      throw new TemplateError(`nothing takes messages from the queue ${name}`);
    }
    if (attributes.RedrivePolicy === undefined)
      throw new TemplateError(`the queue ${name} has no dead-letter queue: a poison message would go round for ever`);
  }
  const called = [...compute.mappings.map(({ functionId }) => functionId), api?.functionId];
  const idle = compute.functions.find(({ id }) => !called.includes(id));
  if (idle !== undefined) throw new TemplateError(`nothing calls the function ${idle.id}`);
  if (!storage.buckets.some(({ sendsEvents }) => sendsEvents)) throw new TemplateError('no bucket sends its events to EventBridge');
  if (storage.rules.length === 0) throw new TemplateError('no rule takes the events of the bucket');
};
