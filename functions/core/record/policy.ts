// Which pictures the larger model is asked about.
import type { MachineResult } from './record.ts';
import type { Texts } from './text-rules.ts';

/** `abstained`: those that the small model was not sure of. */
export const REFINE_POLICIES = ['abstained', 'all', 'none'] as const;

/** An entry of `REFINE_POLICIES`. */
export type RefinePolicy = (typeof REFINE_POLICIES)[number];

/** Whether the larger model is to be asked, too; not for an alt text that it may not replace, unless asked about all. */
export const wantsRefine = (policy: RefinePolicy, machine: MachineResult, texts: Texts): boolean => {
  if (policy !== 'abstained') return policy === 'all';
  return machine.abstained !== undefined && texts.alt === undefined;
};
