// Object keys that programs get wrong, and random ones.
import { type Random, whole } from './random.ts';

/** S3's limit on a key, in UTF-8 bytes. */
export const MAX_KEY_BYTES = 1024;

/** Keys that were decoded twice, cut, normalized or taken for paths by one program or another. */
export const HOSTILE_KEYS: readonly string[] = [
  'a+b.jpg',
  'a b.jpg',
  ' leading and trailing ',
  'a%2Fb.jpg',
  'a%252Fb.jpg',
  'a%20b.jpg',
  'a%zz.jpg',
  '100%',
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  '\u212b.jpg',
  '\u00c5.jpg',
  'A\u030a.jpg',
  '..',
  '.',
  '../x.jpg',
  'a/../../x.jpg',
  './a.jpg',
  'a/./b.jpg',
  '/leading.jpg',
  '//two.jpg',
  'a//b.jpg',
  'folder/',
  '/',
  '?.jpg',
  'a?versionId=1.jpg',
  '#.jpg',
  'a#b?c&d=e;f.jpg',
  'line\nbreak.jpg',
  'line\r\nbreak.jpg',
  'tab\t.jpg',
  '\u0001\u001f.jpg',
  '\u007f.jpg',
  'back\\slash.jpg',
  '"quoted" \'keys\'.jpg',
  '<key>&amp;]]>.jpg',
  '$(id) `id` $id.jpg',
  '{id}',
  '*.jpg',
  '~user.jpg',
  '__proto__',
  'constructor',
  'null',
  '\u65e5\u672c\u8a9e.jpg',
  '\u{1f415}\u200d\u{1f9ba}.jpg',
  '\u202egpj.exe',
  '\ufeffmark.jpg',
  '\ufffd.jpg',
  '\uffff.jpg',
  'a:b@c!d,e.jpg',
  'x'.repeat(MAX_KEY_BYTES),
  '\u{1f415}'.repeat(MAX_KEY_BYTES / 4),
  `${'/'.repeat(MAX_KEY_BYTES - 1)}x`,
  '+'.repeat(MAX_KEY_BYTES),
];

const SPECIAL = '+ %/?#&=\\"\'<>.:;\n\t{}[]|^~*';
const HIGHEST = 0x110000;
const SURROGATES = [0xd800, 0xdfff] as const;

/** Any character but U+0000, half of them from those that are special somewhere. */
const randomCharacter = (random: Random): string => {
  if (random() < 0.5) return SPECIAL[whole(random, SPECIAL.length)] ?? '+';
  const ranges = [0x80, 0x800, 0x10000, HIGHEST];
  const point = 1 + whole(random, (ranges[whole(random, ranges.length)] ?? HIGHEST) - 1);
  return point >= SURROGATES[0] && point <= SURROGATES[1] ? '\ud55c' : String.fromCodePoint(point);
};

/** A key of 1 to 1,024 bytes. */
export const randomKey = (random: Random): string => {
  const mostBytes = 1 + whole(random, MAX_KEY_BYTES);
  let key = '';
  for (let bytes = 0; ; ) {
    const next = randomCharacter(random);
    bytes += Buffer.byteLength(next);
    if (bytes > mostBytes) return key === '' ? '%' : key;
    key += next;
  }
};
