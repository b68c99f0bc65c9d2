// MP3 files joined: only what sounds, as an independent decoder hears it.
import { describe, expect, it } from 'vitest';
import { joinMp3, soundingFrames } from '../../../../functions/core/speech/mp3-frames.ts';

const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];

/** A frame of MPEG 2 layer III, 48 kbit/s, 24,000 Hz: 144 bytes. */
const frame = (content: string, header = [0xff, 0xf3, 0x64, 0xc4], length = 144): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set([...header, ...bytesOf(content)]);
  return bytes;
};
const joined = (...parts: (Uint8Array | number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const ID3 = [...bytesOf('ID3'), 4, 0, 0, 0, 0, 1, 2, ...new Array(130).fill(7)];

describe('the frames that sound', () => {
  const sound = joined(frame('one'), frame('two'));

  it.each([
    ['nothing before them', sound],
    ['a tag', joined(ID3, sound)],
    ['a header about the file', joined(frame('.................Info'), sound)],
    ['a header about a file of variable rate', joined(frame('.................Xing'), sound)],
    ['another header about the file', joined(frame('.................VBRI'), sound)],
    ['a tag and a header', joined(ID3, frame('..Info'), sound)],
    ['a padded header of MPEG 1', joined(frame('..Info', [0xff, 0xfb, 0x92, 0x00], 418), sound)],
  ])('are found behind %s', (_, file) => expect(soundingFrames(file)).toEqual(sound));

  it.each([
    ['no bytes', new Uint8Array()],
    ['no frames', joined(bytesOf('this is no MP3: Info'))],
    ['a frame of a rate that does not exist', frame('Info', [0xff, 0xf3, 0x0c, 0xc4])],
    ['a frame of free rate', frame('Info', [0xff, 0xf3, 0x04, 0xc4])],
    ['a reserved version', frame('Info', [0xff, 0xeb, 0x64, 0xc4])],
  ])('are left as they are in %s', (_, file) => expect(soundingFrames(file)).toEqual(file));
});

describe('files', () => {
  it('become one, and a single one stays as it is', () => {
    const first = joined(frame('..Info'), frame('one'));
    const second = joined(ID3, frame('two'));
    expect(joinMp3([first])).toBe(first);
    expect(joinMp3([first, second])).toEqual(joined(frame('one'), frame('two')));
    expect(joinMp3([])).toEqual(new Uint8Array());
  });
});
