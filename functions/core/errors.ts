// The one error base, and the closed set of reasons why a picture has no caption.
// Reasons name the stage that failed; they never come from a library's message text.
import type { RequestCode } from './lookup/request-error.ts';

/** Why a picture could not be captioned, and whether another attempt may help. */
export const REASONS = {
  UNSUPPORTED_FORMAT: { retryable: false },
  CORRUPT: { retryable: false },
  TOO_MANY_BYTES: { retryable: false },
  TOO_MANY_PIXELS: { retryable: false },
  TOO_MANY_FRAMES: { retryable: false },
  EMPTY: { retryable: false },
  DECODE_TIMEOUT: { retryable: false },
  DECODER_CRASHED: { retryable: false },
  SOURCE_GONE: { retryable: false },
  SOURCE_CHANGED: { retryable: true },
  INFERENCE_UNAVAILABLE: { retryable: true },
  INFERENCE_TIMEOUT: { retryable: true },
  INTERNAL: { retryable: true },
} as const;

/** A key of the closed set of reasons. */
export type Reason = keyof typeof REASONS;

/** Every code an error of ours can have: a reason, a refused model package, one that cannot be pulled, a wrong command line or setting, a service that did not answer, or a refused request. */
export type ErrorCode = Reason | 'PACKAGE_REFUSED' | 'PULL_FAILED' | 'USAGE' | 'CONFIG' | 'UNAVAILABLE' | RequestCode;

/** Base of all errors of this code base. `message` is one line for people. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = code === 'UNAVAILABLE' || (isReason(code) && REASONS[code].retryable);
  }
}

/** A picture that has no caption, for one of the reasons. */
export class PictureError extends CodedError {
  declare readonly code: Reason;

  constructor(code: Reason, message: string, cause?: unknown) {
    super(code, message, cause);
  }
}

/** A model package that must not be used: names the file, what was expected and what was found. */
export class PackageRefused extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('PACKAGE_REFUSED', message, cause);
  }
}

/** A command line that cannot be carried out as written. */
export class UsageError extends CodedError {
  constructor(message: string) {
    super('USAGE', message);
  }
}

/** Settings that are missing or wrong: one line for each, naming the variable, what was expected and received, and the fix. */
export class ConfigError extends CodedError {
  constructor(message: string) {
    super('CONFIG', message);
  }
}

/** The table, a queue, the bus or the bucket did not answer as it should; another attempt may help. */
export class ServiceUnavailable extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('UNAVAILABLE', message, cause);
  }
}

/** Whether a word from another thread or process is one of the reasons. */
export const isReason = (word: unknown): word is Reason => typeof word === 'string' && Object.hasOwn(REASONS, word);

/** Any thrown value as a picture's error; what is not ours becomes INTERNAL with its cause. */
export const asPictureError = (thrown: unknown): PictureError => {
  if (thrown instanceof PictureError) return thrown;
  if (thrown instanceof ServiceUnavailable) return new PictureError('INTERNAL', thrown.message, thrown);
  if (thrown instanceof CodedError)
    return new PictureError(isReason(thrown.code) ? thrown.code : 'INFERENCE_UNAVAILABLE', thrown.message, thrown);
  return new PictureError('INTERNAL', `unexpected: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown);
};
