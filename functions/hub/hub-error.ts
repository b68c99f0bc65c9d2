// The error of everything about hub repositories.
import { CodedError } from '../core/errors.ts';

/** Names out of a repository may be anything; more of them than this helps nobody. */
const MAX_CHARACTERS = 600;

/** A hub repository that cannot be converted: one line, without control characters, with what was expected and what was found. */
export class HubError extends CodedError {
  constructor(message: string, cause?: unknown) {
    const line = message.replace(/\p{Cc}+/gu, ' ');
    super('PACKAGE_REFUSED', line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS)} ...` : line, cause);
  }
}
