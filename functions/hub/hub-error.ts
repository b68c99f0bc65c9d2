// The error of everything about hub repositories.
import { CodedError } from '../core/errors.ts';

/** A hub repository that cannot be converted: one line with what was expected and what was found. */
export class HubError extends CodedError {
  constructor(message: string, cause?: unknown) {
    super('PACKAGE_REFUSED', message, cause);
  }
}
