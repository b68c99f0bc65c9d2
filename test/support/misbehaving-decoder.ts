// A decoder process that says it is ready and then, by the first byte of a picture, dies or talks nonsense.
import { onFrames, writeFrame } from '../../functions/adapters/model/frames.ts';

const PICTURE = { width: 1, height: 1, format: 'png', dhash: '0123456789abcdef', embedded: {} };

const analysis = (width: number) => ({ ok: true, analysis: { width, height: 1, encoding: { hasAlpha: false }, ms: 1 } });

/** With the second pixels, after the first were right. */
const misbehaveLater = (way: number): void => {
  if (way === 5) process.abort();
  if (way === 6) writeFrame(process.stdout, analysis(2), new Uint8Array(3));
  if (way === 7) writeFrame(process.stdout, analysis(1e6), new Uint8Array(3));
};

const misbehave = ({ body }: { body: Uint8Array }): void => {
  if (body[0] === 0) process.abort();
  if (body[0] === 1) writeFrame(process.stdout, { ok: true, picture: PICTURE }, new Uint8Array(7));
  if (body[0] === 2) process.stdout.write('this is no frame, but many bytes of something else');
  if (body[0] === 3) writeFrame(process.stdout, { mood: 'odd' });
  if (body[0] === 4) writeFrame(process.stdout, { ok: true, picture: { ...PICTURE, dhash: 'no hash' } }, new Uint8Array(32 * 32 * 3));
  if (body[0] !== undefined && body[0] > 4) {
    writeFrame(process.stdout, { ok: true, picture: PICTURE }, new Uint8Array(32 * 32 * 3));
    misbehaveLater(body[0]);
  }
};

onFrames(process.stdin, misbehave, () => process.exit(1));
writeFrame(process.stdout, { ready: true });
