// The process that decodes untrusted pictures, one at a time. Its environment is at most NODE_PATH; it has no credentials and no network code;
// its parent kills it when a picture takes too long. A request's body is the picture, an answer's its pixels.
import { asPictureError } from '../../core/errors.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { type Frame, onFrames, writeFrame } from './frames.ts';
import { decodePicture, type PixelSpec, restrictSharp } from './sharp-pixels.ts';

/** A request's header; only the parent process writes it. */
export type DecodeRequest = { spec: PixelSpec; limits: PictureLimits };

const answer = async ({ header, body }: Frame): Promise<void> => {
  try {
    const { spec, limits } = header as DecodeRequest;
    const { pixels, picture } = await decodePicture(body, spec, limits);
    writeFrame(process.stdout, { ok: true, picture }, pixels);
  } catch (thrown) {
    const { code, message } = asPictureError(thrown);
    writeFrame(process.stdout, { ok: false, code, message });
  }
};

restrictSharp();
onFrames(process.stdin, answer, () => process.exit(1));
writeFrame(process.stdout, { ready: true });
