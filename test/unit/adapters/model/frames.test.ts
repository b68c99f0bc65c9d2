import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, onFrames, writeFrame } from '../../../../functions/adapters/model/frames.ts';

describe('frames on a pipe', () => {
  it('arrive whole, however the bytes are cut', async () => {
    const frames = fc.array(fc.tuple(fc.dictionary(fc.string(), fc.integer()), fc.uint8Array({ maxLength: 40 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(frames, fc.integer({ min: 1, max: 50 }), async (sent, pieceBytes) => {
        const pipe = new PassThrough();
        for (const [header, body] of sent) writeFrame(pipe, header, body);
        pipe.end();
        const bytes = Buffer.concat((await pipe.toArray()) as Buffer[]);
        const received: Frame[] = [];
        const cut = new PassThrough();
        onFrames(
          cut,
          (frame) => received.push(frame),
          (thrown) => expect.fail(String(thrown)),
        );
        for (let at = 0; at < bytes.length; at += pieceBytes) cut.write(bytes.subarray(at, at + pieceBytes));
        await new Promise((resolve) => cut.end(resolve));
        await new Promise(setImmediate);
        expect(received.map(({ header, body }) => [JSON.stringify(header), [...body]])).toEqual(
          sent.map(([header, body]) => [JSON.stringify(header), [...body]]),
        );
      }),
      { numRuns: 50 },
    );
  });
});
