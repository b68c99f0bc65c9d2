// A decoder process that says it is ready and then, by the first byte of a picture, dies or talks nonsense.
import { onFrames, writeFrame } from '../../functions/adapters/model/frames.ts';

const PICTURE = { width: 1, height: 1, format: 'png', dhash: '0123456789abcdef', embedded: {} };

const misbehave = ({ body }: { body: Uint8Array }): void => {
  if (body[0] === 0) process.abort();
  if (body[0] === 1) writeFrame(process.stdout, { ok: true, picture: PICTURE }, new Uint8Array(7));
  if (body[0] === 2) process.stdout.write('this is no frame, but many bytes of something else');
  if (body[0] === 3) writeFrame(process.stdout, { mood: 'odd' });
  if (body[0] === 4) writeFrame(process.stdout, { ok: true, picture: { ...PICTURE, dhash: 'no hash' } }, new Uint8Array(32 * 32 * 3));
};

onFrames(process.stdin, misbehave, () => process.exit(1));
writeFrame(process.stdout, { ready: true });
