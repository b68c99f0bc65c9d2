// What the worker of a template runs on: instances that have what its provider needs and room for its task, and times that suit it.
import { at, type Found, type Json, list, ofType, property, type Template, unless } from './look.ts';

const CPU_UNITS = 1024;
const MS_PER_S = 1000;
/** Without several lanes one batch is in the model while the next one waits with its pictures read. */
const BATCHES_OF_A_LEASE = 2;

type Variables = Readonly<Record<string, Json>>;

/** A batch of pictures and the one before it, at their longest, fit into half of a lease, also where no heartbeat prolongs it. */
const batchFits = ({ BATCH_MAX, INFERENCE_TIMEOUT_MS, LEASE_SECONDS }: Variables): boolean =>
  (BATCHES_OF_A_LEASE * Number(BATCH_MAX) * Number(INFERENCE_TIMEOUT_MS)) / MS_PER_S <= Number(LEASE_SECONDS) / 2;

const capacity = (provider: Found, task: Found, needsGpu: boolean): string[] => {
  const has = property(provider, 'ManagedInstancesProvider', 'InstanceLaunchTemplate', 'InstanceRequirements') ?? null;
  const hasGpu = Number(at(has, 'AcceleratorCount', 'Min') ?? 0) > 0;
  const room =
    Number(at(has, 'VCpuCount', 'Min')) * CPU_UNITS >= Number(property(task, 'Cpu')) &&
    Number(at(has, 'MemoryMiB', 'Min')) >= Number(property(task, 'Memory'));
  return [
    ...unless(hasGpu || !needsGpu, 'instances of the worker have no GPU'),
    ...unless(!hasGpu || needsGpu, 'instances of the worker have a GPU that it does not use'),
    ...unless(list(at(has, 'AllowedInstanceTypes')).length > 0, 'any instance may be started for the worker'),
    ...unless(room, 'an instance may be too small for the task of the worker'),
  ];
};

/** What is wrong with the instances and times of a worker's container with these variables. */
export const checkMachine = (template: Template, task: Found, set: Variables): string[] => {
  const requirements = list(property(task, 'ContainerDefinitions', 0, 'ResourceRequirements'));
  const hasGpu = requirements.some((need) => at(need, 'Type') === 'GPU');
  const needsGpu = set.PROVIDER !== 'cpu';
  return [
    ...unless(hasGpu || !needsGpu, 'the worker has no GPU'),
    ...unless(!hasGpu || needsGpu, 'the worker has a GPU that it does not use'),
    ...unless(needsGpu || batchFits(set), 'a batch of the worker may take longer than its leases last'),
    ...ofType(template, 'AWS::ECS::CapacityProvider').flatMap((provider) => capacity(provider, task, needsGpu)),
  ];
};
