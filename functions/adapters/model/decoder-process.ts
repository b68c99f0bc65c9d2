// Decodes pictures in a process of its own, watched from outside. libvips work in a thread cannot be stopped
// (`sharp.timeout` is cooperative, a terminated worker waits for it); a process can, and its crash is only its own.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { isReason, PictureError } from '../../core/errors.ts';
import { FORMATS } from '../../core/picture/picture-format.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { besideModule } from './beside.ts';
import type { DecodeRequest } from './decoder-child.ts';
import { type Frame, onFrames, writeFrame } from './frames.ts';
import type { DecodedPicture, PixelSpec } from './sharp-pixels.ts';

/** Turns encoded pictures into pixels, one after the other. */
export type PixelDecoder = {
  /** @throws PictureError */
  decode(bytes: Uint8Array, spec: PixelSpec): Promise<DecodedPicture>;
  close(): void;
};

type Child = ChildProcessByStdio<Writable, Readable, null>;
type Waiting = { resolve(decoded: DecodedPicture): void; reject(error: PictureError): void };

const CHILD_FILE = fileURLToPath(besideModule(import.meta.url, 'decoder-child'));

/** Time that a new process has before its first picture, in ms; starting takes about 160 ms on a busy machine. */
const START_TIMEOUT_MS = 30_000;

const embeddedText = z.object({ text: z.string(), lang: z.string() });
const picture = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  format: z.enum(FORMATS),
  dhash: z.string().regex(/^[0-9a-f]{16}$/),
  embedded: z.object({ alt: embeddedText.exactOptional(), long: embeddedText.exactOptional() }),
});

const reply = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ ok: z.literal(true), picture }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

const CHANNELS = 3;
const crashed = (message: string): PictureError => new PictureError('DECODER_CRASHED', message);

/** No picture is to blame for a process that never was ready: too many open files, no memory, or packages that are not there. */
const notStarted = (message: string, cause?: unknown): PictureError => new PictureError('INTERNAL', message, cause);

/** What runs: `program` speaks as decoder-child.ts does; `nodePath` is where a bundle finds sharp, and all of its environment. */
export type DecoderProgram = { program?: string | undefined; nodePath?: string | undefined };

/** One running child. After a timeout, a crash or nonsense it is killed and `alive` is false. */
class DecoderChild {
  alive = true;
  #child: Child;
  #waiting: Waiting | undefined;
  #ready: Promise<void>;
  #isReady = false;
  #settleReady: { resolve(): void; reject(error: PictureError): void };

  constructor({ program = CHILD_FILE, nodePath }: DecoderProgram) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#ready = promise;
    this.#ready.catch(() => {});
    this.#settleReady = { resolve, reject };
    const env = nodePath === undefined ? {} : { NODE_PATH: nodePath };
    this.#child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.once('exit', (code, signal) => this.#end(this.#broken(`the decoder ended (${signal ?? `code ${code}`})`)));
    this.#child.once('error', (cause) => this.#end(notStarted('the decoder could not be started', cause)));
    this.#child.stdin.on('error', () => this.#end(this.#broken('the decoder closed its input')));
    onFrames(
      this.#child.stdout,
      (frame) => this.#receive(frame),
      () => this.#end(this.#broken('the decoder wrote nonsense')),
    );
  }

  async decode(bytes: Uint8Array, spec: PixelSpec, limits: PictureLimits): Promise<DecodedPicture> {
    await this.#within(START_TIMEOUT_MS, notStarted('the decoder did not start in time'), this.#ready);
    const { decodeTimeoutMs } = limits;
    const answer = new Promise<DecodedPicture>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    const request: DecodeRequest = { spec, limits };
    writeFrame(this.#child.stdin, request, bytes);
    const decoded = await this.#within(
      decodeTimeoutMs,
      new PictureError('DECODE_TIMEOUT', `decoding took longer than ${decodeTimeoutMs} ms`),
      answer,
    );
    if (decoded.pixels.length !== spec.width * spec.height * CHANNELS)
      throw this.#end(crashed('the decoder sent a wrong number of pixels'));
    return decoded;
  }

  close(): void {
    this.#end(crashed('the decoder was closed'));
  }

  /** Waits, but ends the process with this error when it takes too long. */
  async #within<T>(ms: number, error: PictureError, work: Promise<T>): Promise<T> {
    const watchdog = setTimeout(() => this.#end(error), ms);
    try {
      return await work;
    } finally {
      clearTimeout(watchdog);
    }
  }

  #receive({ header, body }: Frame): void {
    const message = reply.parse(header);
    if ('ready' in message) {
      this.#isReady = true;
      this.#settleReady.resolve();
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (message.ok) waiting?.resolve({ pixels: body, picture: message.picture });
    else waiting?.reject(new PictureError(isReason(message.code) ? message.code : 'INTERNAL', message.message));
  }

  #broken(message: string): PictureError {
    return this.#isReady ? crashed(message) : notStarted(message);
  }

  #end(error: PictureError): PictureError {
    this.alive = false;
    this.#child.kill('SIGKILL');
    this.#settleReady.reject(error);
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    return error;
  }
}

/** A decoder that replaces its process after a timeout or a crash. Ask for one picture at a time. */
export const decoderProcess = (limits: PictureLimits, program: DecoderProgram = {}): PixelDecoder => {
  let child = new DecoderChild(program);
  return {
    async decode(bytes, spec) {
      if (!child.alive) child = new DecoderChild(program);
      return await child.decode(bytes, spec, limits);
    },
    close: () => child.close(),
  };
};
