// Decodes pictures in a process of its own, watched from outside. libvips work in a thread cannot be stopped
// (`sharp.timeout` is cooperative, a terminated worker waits for it); a process can, and its crash is only its own.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isReason, PictureError } from '../core/errors.ts';
import type { PictureLimits } from '../core/picture-limits.ts';
import { onFrames, writeFrame } from './frames.ts';
import type { PixelSpec } from './sharp-pixels.ts';

/** Turns encoded pictures into pixels, one after the other. */
export type PixelDecoder = {
  /** @returns uint8 [height, width, 3] @throws PictureError */
  decode(bytes: Uint8Array, spec: PixelSpec): Promise<Uint8Array>;
  close(): void;
};

type Child = ChildProcessByStdio<Writable, Readable, null>;
type Waiting = { resolve(pixels: Uint8Array): void; reject(error: PictureError): void };

const CHILD_FILE = fileURLToPath(new URL('./decoder-child.ts', import.meta.url));

/** Time that a new process has before its first picture, in ms; starting takes about 150 ms on an idle core. */
const START_TIMEOUT_MS = 30_000;

const reply = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

/** One running child: `ready` settles when it can take a picture. */
class DecoderChild {
  readonly ready: Promise<void>;
  alive = true;
  #child: Child;
  #waiting: Waiting | undefined;

  constructor(program: string) {
    this.#child = spawn(process.execPath, [program], { env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
    this.ready = new Promise((resolve, reject) => {
      const tooLate = setTimeout(() => this.#end('DECODER_CRASHED', 'the decoder did not start in time'), START_TIMEOUT_MS);
      this.#child.once('exit', (code, signal) => {
        clearTimeout(tooLate);
        this.#end('DECODER_CRASHED', `the decoder ended (${signal ?? `code ${code}`})`);
        reject(new PictureError('DECODER_CRASHED', 'the decoder could not be started'));
      });
      this.#child.once('error', () => this.#end('DECODER_CRASHED', 'the decoder could not be started'));
      this.#child.stdin.on('error', () => this.#end('DECODER_CRASHED', 'the decoder closed its input'));
      onFrames(this.#child.stdout, ({ header, body }) => {
        const message = reply.parse(header);
        if ('ready' in message) {
          clearTimeout(tooLate);
          resolve();
        } else if (message.ok) this.#settle((waiting) => waiting.resolve(body));
        else {
          const code = isReason(message.code) ? message.code : 'INTERNAL';
          this.#settle((waiting) => waiting.reject(new PictureError(code, message.message)));
        }
      });
    });
    this.ready.catch(() => {});
  }

  send(bytes: Uint8Array, spec: PixelSpec, limits: PictureLimits): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const timeoutMs = limits.decodeTimeoutMs;
      const watchdog = setTimeout(() => this.#end('DECODE_TIMEOUT', `decoding took longer than ${timeoutMs} ms`), timeoutMs);
      this.#waiting = {
        resolve: (pixels) => {
          clearTimeout(watchdog);
          resolve(pixels);
        },
        reject: (error) => {
          clearTimeout(watchdog);
          reject(error);
        },
      };
      const { width, height, fit, kernel } = spec;
      writeFrame(this.#child.stdin, { spec: { width, height, fit, kernel }, limits }, bytes);
    });
  }

  close(): void {
    this.#end('DECODER_CRASHED', 'the decoder was closed');
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) how(waiting);
  }

  #end(code: 'DECODE_TIMEOUT' | 'DECODER_CRASHED', message: string): void {
    this.alive = false;
    this.#child.kill('SIGKILL');
    this.#settle((waiting) => waiting.reject(new PictureError(code, message)));
  }
}

/**
 * A decoder that replaces its process after a timeout or a crash. Ask for one picture at a time.
 * @param program the script that the process runs; it speaks as decoder-child.ts does
 */
export const decoderProcess = (limits: PictureLimits, program: string = CHILD_FILE): PixelDecoder => {
  let child = new DecoderChild(program);
  return {
    async decode(bytes, spec) {
      if (!child.alive) child = new DecoderChild(program);
      await child.ready;
      return await child.send(bytes, spec, limits);
    },
    close: () => child.close(),
  };
};
