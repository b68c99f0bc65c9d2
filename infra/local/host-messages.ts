// What the local run and a function's process say to each other.
import type { FrontPlan } from './http-front.ts';

/** To the process. */
export type ToHost =
  | { type: 'load'; file: string; exportName: string; functionName: string; memoryMb: number; timeoutMs: number }
  | { type: 'listen'; front: FrontPlan }
  | { type: 'invoke'; id: number; event: unknown; deadline: number }
  /** finish what is running, take nothing new, end */
  | { type: 'stop' };

/** From the process. */
export type FromHost =
  | { type: 'loaded' }
  | { type: 'broken'; message: string }
  | { type: 'listening' }
  | { type: 'begun'; id: number }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'failed'; id: number; message: string };
