// Decodes pictures in a process of its own, watched from outside. libvips work in a thread cannot be stopped
// (`sharp.timeout` is cooperative, a terminated worker waits for it); a process can, and its crash is only its own.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { asPictureError, isReason, PictureError } from '../../core/errors.ts';
import { ANALYSIS_SIDE_PX } from '../../core/facts/quality.ts';
import { FORMATS } from '../../core/picture/picture-format.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { besideModule } from './beside.ts';
import type { DecodeRequest } from './decoder-child.ts';
import { type Frame, onFrames, writeFrame } from './frames.ts';
import type { AnalysisPicture } from './sharp-analysis.ts';
import type { DecodedPicture, PixelSpec } from './sharp-pixels.ts';

/** A decoded picture and, where that was asked for, what the analysis is given of it, or why that failed; it comes later and never rejects. */
export type Decoded = DecodedPicture & { analysis?: Promise<AnalysisPicture | PictureError> };

/** Turns encoded pictures into pixels, one after the other. */
export type PixelDecoder = {
  /**
   * @param analyse decodes a second, larger set of pixels; whatever goes wrong with that leaves the first as it is
   * @throws PictureError
   */
  decode(bytes: Uint8Array, spec: PixelSpec, analyse?: boolean): Promise<Decoded>;
  close(): void;
};

type Child = ChildProcessByStdio<Writable, Readable, null>;
type Waiting = { resolve(frame: Frame): void; reject(error: PictureError): void };

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

const analysis = z.object({
  width: z.int().positive().max(ANALYSIS_SIDE_PX),
  height: z.int().positive().max(ANALYSIS_SIDE_PX),
  encoding: z.object({ hasAlpha: z.boolean(), jpegQuality: z.number().exactOptional() }),
  ms: z.number().nonnegative(),
});

const ready = z.object({ ready: z.literal(true) });
const failed = z.object({ ok: z.literal(false), code: z.string(), message: z.string() });
const pictureReply = z.union([z.object({ ok: z.literal(true), picture }), failed]);
const analysisReply = z.union([z.object({ ok: z.literal(true), analysis }), failed]);

const CHANNELS = 3;
const crashed = (message: string): PictureError => new PictureError('DECODER_CRASHED', message);

/** No picture is to blame for a process that never was ready: too many open files, no memory, or packages that are not there. */
const notStarted = (message: string, cause?: unknown): PictureError => new PictureError('INTERNAL', message, cause);

const errorOf = ({ code, message }: z.output<typeof failed>): PictureError => new PictureError(isReason(code) ? code : 'INTERNAL', message);

/** What runs: `program` speaks as decoder-child.ts does; `nodePath` is where a bundle finds sharp, and all of its environment. */
export type DecoderProgram = { program?: string | undefined; nodePath?: string | undefined };

/** One running child. After a timeout, a crash or nonsense it is killed and `alive` is false. */
class DecoderChild {
  alive = true;
  #child: Child;
  /** for the answers that are to come, in their order */
  #waiting: Waiting[] = [];
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

  async decode(bytes: Uint8Array, spec: PixelSpec, limits: PictureLimits, analyse: boolean): Promise<Decoded> {
    await this.#within(START_TIMEOUT_MS, notStarted('the decoder did not start in time'), this.#ready);
    const first = this.#answer();
    const second = analyse ? this.#answer() : undefined;
    const request: DecodeRequest = { spec, limits, analyse };
    writeFrame(this.#child.stdin, request, bytes);
    try {
      const decoded = await this.#decoded(first, spec, limits);
      return second === undefined ? decoded : { ...decoded, analysis: this.#analysis(second, limits).catch(asPictureError) };
    } catch (thrown) {
      this.#waiting = []; // after a failure no second answer comes
      throw thrown;
    }
  }

  async #decoded(answer: Promise<Frame>, spec: PixelSpec, limits: PictureLimits): Promise<DecodedPicture> {
    const { header, body: pixels } = await this.#inTime(answer, limits);
    const message = this.#understood(pictureReply, header);
    if (!message.ok) throw errorOf(message);
    this.#checkLength(pixels, spec);
    return { pixels, picture: message.picture };
  }

  async #analysis(answer: Promise<Frame>, limits: PictureLimits): Promise<AnalysisPicture> {
    const { header, body: data } = await this.#inTime(answer, limits);
    const message = this.#understood(analysisReply, header);
    if (!message.ok) throw errorOf(message);
    const { width, height, encoding, ms } = message.analysis;
    this.#checkLength(data, { width, height });
    return { pixels: { data, width, height }, encoding, ms };
  }

  #answer(): Promise<Frame> {
    const { promise, resolve, reject } = Promise.withResolvers<Frame>();
    promise.catch(() => {});
    this.#waiting.push({ resolve, reject });
    return promise;
  }

  async #inTime(answer: Promise<Frame>, { decodeTimeoutMs }: PictureLimits): Promise<Frame> {
    return await this.#within(
      decodeTimeoutMs,
      new PictureError('DECODE_TIMEOUT', `decoding took longer than ${decodeTimeoutMs} ms`),
      answer,
    );
  }

  #understood<T>(schema: z.ZodType<T>, header: unknown): T {
    const message = schema.safeParse(header);
    if (message.success) return message.data;
    throw this.#end(crashed('the decoder wrote nonsense'));
  }

  #checkLength(pixels: Uint8Array, { width, height }: Pick<PixelSpec, 'width' | 'height'>): void {
    if (pixels.length !== width * height * CHANNELS) throw this.#end(crashed('the decoder sent a wrong number of pixels'));
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

  #receive(frame: Frame): void {
    const waiting = this.#isReady ? this.#waiting.shift() : undefined;
    if (waiting !== undefined) waiting.resolve(frame);
    else this.#becomeReady(frame.header);
  }

  #becomeReady(header: unknown): void {
    ready.parse(header);
    this.#isReady = true;
    this.#settleReady.resolve();
  }

  #broken(message: string): PictureError {
    return this.#isReady ? crashed(message) : notStarted(message);
  }

  #end(error: PictureError): PictureError {
    this.alive = false;
    this.#child.kill('SIGKILL');
    this.#settleReady.reject(error);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    return error;
  }
}

/** A decoder that replaces its process after a timeout or a crash. Ask for one picture at a time; its second pixels may still come. */
export const decoderProcess = (limits: PictureLimits, program: DecoderProgram = {}): PixelDecoder => {
  let child = new DecoderChild(program);
  let coming: Promise<unknown> | undefined;
  return {
    async decode(bytes, spec, analyse = false) {
      await coming;
      if (!child.alive) child = new DecoderChild(program);
      const decoded = await child.decode(bytes, spec, limits, analyse);
      coming = decoded.analysis;
      return decoded;
    },
    close: () => child.close(),
  };
};
