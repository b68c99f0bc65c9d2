// The refusal that is none: this file can hold no texts of ours, but a sidecar beside it can.
import { PictureError } from '../errors.ts';

/** A file whose metadata must not or cannot be changed; `message` says why. Its texts go into a sidecar. */
export class SidecarOnly extends PictureError {
  constructor(why: string) {
    super('UNSUPPORTED_FORMAT', why);
  }
}
