// Ending a thread while it is inside of the model runtime aborts the whole process (an uncaught Napi::Error). This gate prevents it:
// a thread that is in there ends itself when it comes out, and one that is not can be ended at once and never gets in.

const FREE = 0;
const INSIDE = 1;
const ENDED = 2;

/** Shared by a worker thread and whoever may end it. */
export type NativeGate = Int32Array<SharedArrayBuffer>;

/** A gate that is free. */
export const nativeGate = (): NativeGate => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Ends the thread as soon as that can be; `terminate` ends it where it is. */
export const endThread = (gate: NativeGate, terminate: () => void): void => {
  if (Atomics.exchange(gate, 0, ENDED) === FREE) terminate();
};

/** In the worker thread: does what runs inside of the model runtime. Never two at a time. */
export const throughGate = async <T>(gate: NativeGate, work: () => Promise<T>): Promise<T> => {
  if (Atomics.compareExchange(gate, 0, FREE, INSIDE) !== FREE) process.exit();
  try {
    return await work();
  } finally {
    if (Atomics.compareExchange(gate, 0, INSIDE, FREE) !== INSIDE) process.exit();
  }
};
