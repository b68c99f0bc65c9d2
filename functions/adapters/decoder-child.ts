// The process that decodes untrusted pictures, one at a time. It has no environment, no credentials and no network code;
// its parent kills it when a picture takes too long. A request's header is { spec, limits }, its body the picture.
import { z } from 'zod';
import { asPictureError } from '../core/errors.ts';
import { onFrames, writeFrame } from './frames.ts';
import { restrictSharp, toPixels } from './sharp-pixels.ts';

const request = z.object({
  spec: z.object({
    width: z.int(),
    height: z.int(),
    fit: z.enum(['fill', 'cover']),
    kernel: z.enum(['linear', 'cubic', 'lanczos3']),
  }),
  limits: z.object({ maxBytes: z.number(), maxPixels: z.number(), maxSidePx: z.number(), decodeTimeoutMs: z.number() }),
});

restrictSharp();
onFrames(process.stdin, async ({ header, body }) => {
  try {
    const { spec, limits } = request.parse(header);
    writeFrame(process.stdout, { ok: true }, await toPixels(body, spec, limits));
  } catch (thrown) {
    const { code, message } = asPictureError(thrown);
    writeFrame(process.stdout, { ok: false, code, message });
  }
});
writeFrame(process.stdout, { ready: true });
