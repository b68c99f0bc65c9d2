// A decoder process that says it is ready and dies of its first picture.
import { onFrames, writeFrame } from '../../functions/adapters/frames.ts';

onFrames(process.stdin, () => process.abort());
writeFrame(process.stdout, { ready: true });
