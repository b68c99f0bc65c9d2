// The process that decodes untrusted pictures, one at a time. Its environment is at most NODE_PATH; it has no credentials and no network code;
// its parent kills it when a picture takes too long. A request's body is the picture, an answer's its pixels; where the picture is to be
// analysed, a second answer has the pixels for that.
import { asPictureError } from '../../core/errors.ts';
import type { PictureLimits } from '../../core/picture/picture-limits.ts';
import { type Frame, onFrames, writeFrame } from './frames.ts';
import { scratchFile } from './scratch-file.ts';
import { decodeForAnalysis } from './sharp-analysis.ts';
import { type DecodedForBoth, decodeForBoth } from './sharp-both.ts';
import { decodePicture, type PixelSpec, restrictSharp } from './sharp-pixels.ts';

/** A request's header; only the parent process writes it. */
export type DecodeRequest = { spec: PixelSpec; limits: PictureLimits; analyse: boolean };

const fail = (thrown: unknown): void => {
  const { code, message } = asPictureError(thrown);
  writeFrame(process.stdout, { ok: false, code, message });
};

const answerAnalysis = async (bytes: Uint8Array, limits: PictureLimits, shared: DecodedForBoth['shared']): Promise<void> => {
  try {
    const { pixels, encoding, ms } = await decodeForAnalysis(bytes, limits, shared);
    const { data, width, height } = pixels;
    writeFrame(process.stdout, { ok: true, analysis: { width, height, encoding, ms } }, data);
  } catch (thrown) {
    fail(thrown);
  }
};

const answer = async ({ header, body }: Frame): Promise<void> => {
  const { spec, limits, analyse } = header as DecodeRequest;
  let shared: DecodedForBoth['shared'];
  try {
    const both = analyse ? await decodeForBoth(body, spec, limits, scratch) : { decoded: await decodePicture(body, spec, limits) };
    const { pixels, picture } = both.decoded;
    writeFrame(process.stdout, { ok: true, picture }, pixels);
    shared = both.shared;
  } catch (thrown) {
    return fail(thrown);
  }
  if (analyse) await answerAnalysis(body, limits, shared);
};

restrictSharp();
const scratch = scratchFile();
onFrames(process.stdin, answer, () => process.exit(1));
writeFrame(process.stdout, { ready: true });
