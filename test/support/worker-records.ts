// What ingest leaves for the worker.
import type { MachineResult } from '../../functions/core/record/record.ts';

/** What the small model was not sure of. */
export const ABSTAINED: MachineResult = {
  model: 'small@1.0.0',
  style: 'alt',
  route: 'lambda',
  confidence: 0.2,
  plain: 'a thing',
  abstained: 'LOW_CONFIDENCE',
  sure: [],
  ms: 10,
  costUsd: 0,
};
