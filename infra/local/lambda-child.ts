// The process of one function: loads the bundled handler and calls it, for events from the parent or for HTTP requests.
import { createRequire } from 'node:module';
import type { FromHost, ToHost } from './host-messages.ts';
import { type Front, startFront } from './http-front.ts';
import { type ContextBasis, contextOf, type Handler } from './lambda-context.ts';

type Loaded = { handler: Handler; basis: ContextBasis; timeoutMs: number };
type Load = Extract<ToHost, { type: 'load' }>;

let loaded: Loaded | undefined;
let front: Front | undefined;
let running = 0;
let stopping = false;

const say = (message: FromHost): void => void process.send?.(message);
const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown));

/** The message of an Error of ours, and its cause's, in one line. */
const brokenLine = (thrown: unknown): string => {
  const [first = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
  return first;
};

const load = ({ file, exportName, functionName, memoryMb, timeoutMs }: Load): void => {
  const module: unknown = createRequire(file)(file);
  const handler = typeof module === 'object' && module !== null ? (module as Record<string, unknown>)[exportName] : undefined;
  if (typeof handler !== 'function') throw new Error(`${file} exports no ${exportName}`);
  loaded = { handler: handler as Handler, basis: { functionName, memoryMb }, timeoutMs };
};

const finishWhenIdle = async (): Promise<void> => {
  if (!stopping || running > 0) return;
  await front?.close();
  process.exit(0);
};

const invoke = async ({ id, event, deadline }: Extract<ToHost, { type: 'invoke' }>): Promise<void> => {
  running += 1;
  say({ type: 'begun', id });
  try {
    if (loaded === undefined) throw new Error('no handler is loaded');
    say({ type: 'result', id, result: await loaded.handler(event, contextOf(loaded.basis, deadline)) });
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    say({ type: 'failed', id, message: wordsOf(thrown) });
  }
  running -= 1;
  await finishWhenIdle();
};

const act = async (message: ToHost): Promise<void> => {
  if (message.type === 'load') {
    load(message);
    say({ type: 'loaded' });
  } else if (message.type === 'listen') {
    if (loaded === undefined) throw new Error('no handler is loaded');
    front = await startFront(message.front, loaded);
    say({ type: 'listening' });
  } else if (message.type === 'invoke') {
    await invoke(message);
  } else {
    stopping = true;
    await finishWhenIdle();
  }
};

process.on('SIGTERM', () => {});
// what the parent says keeps this process alive
process.channel?.ref();
process.on('message', (message: ToHost) => {
  act(message).catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    process.send?.({ type: 'broken', message: brokenLine(thrown) } satisfies FromHost, () => process.exit(1));
  });
});
