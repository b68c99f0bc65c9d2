// The parent's side of the process that speaks: started with the first job, and again after it has ended.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SpeechFormat } from '../../../functions/core/speech/speech-ports.ts';
import type { SpeechJob, SpeechOutcome } from './speech-messages.ts';

const CHILD_FILE = fileURLToPath(new URL('speech-child.ts', import.meta.url));
const END_WITH_PARENT = fileURLToPath(new URL('../end-with-parent.ts', import.meta.url));

/** Time for one text, in ms: a text of 3,000 characters takes a few seconds on a slow machine. */
const JOB_TIMEOUT_MS = 30_000;

/** Why a job has no audio: a package is missing, or the process failed. */
export class NoSpeech extends Error {
  readonly why: 'missing' | 'broken';

  constructor(why: 'missing' | 'broken', message: string) {
    super(message);
    this.why = why;
  }
}

type Waiting = { resolve(audio: Uint8Array): void; reject(error: NoSpeech): void; timer: NodeJS.Timeout };

/** Speaks one job after the other, apart from the process that serves. */
export type SpeechProcess = {
  /** @throws NoSpeech */
  speak(job: { ssml: string; voice: string; format: SpeechFormat }): Promise<Uint8Array>;
  close(): void;
};

/** The process; `program` is another one that speaks as speech-child.ts does, for tests. */
export const speechProcess = (program: string = CHILD_FILE, timeoutMs: number = JOB_TIMEOUT_MS): SpeechProcess => {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let nextId = 0;

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    clearTimeout(found?.timer);
    waiting.delete(id);
    return found;
  };
  const ended = (): void => {
    child = undefined;
    for (const id of [...waiting.keys()]) settle(id)?.reject(new NoSpeech('broken', 'the speech process ended'));
  };
  const start = (): ChildProcess => {
    const started = fork(program, {
      execArgv: ['--import', END_WITH_PARENT],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      env: {},
    });
    started.on('message', (outcome: SpeechOutcome) => {
      const found = settle(outcome.id);
      if ('audio' in outcome) found?.resolve(outcome.audio);
      else found?.reject(new NoSpeech(outcome.failed, outcome.message));
    });
    started.once('error', ended);
    started.once('exit', ended);
    return started;
  };
  return {
    speak: ({ ssml, voice, format }) => {
      child ??= start();
      const id = nextId++;
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      waiting.set(id, { resolve, reject, timer: setTimeout(() => child?.kill('SIGKILL'), timeoutMs) });
      child.send({ id, ssml, voice, format } satisfies SpeechJob, () => {});
      return promise;
    },
    close: () => child?.kill('SIGKILL'),
  };
};
