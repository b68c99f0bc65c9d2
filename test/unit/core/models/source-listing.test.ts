import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalListing, isSafePath, parseSums, pick, pinOf } from '../../../../functions/core/models/source-listing.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

describe('the canonical listing', () => {
  it('is what sha256sum writes, sorted by path; the pin is its digest', async () => {
    const files = [
      { path: 'onnx/b.onnx', bytes: 1, sha256: B },
      { path: 'config.json', bytes: 2, sha256: A },
    ];
    const text = `${A}  config.json\n${B}  onnx/b.onnx\n`;
    expect(canonicalListing(files)).toBe(text);
    expect(await pinOf(files)).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('is read again from a SHA256SUMS file', () => {
    const sums = parseSums(`${A}  config.json\r\n${B.toUpperCase()} *./onnx/b c.onnx\n\n`);
    expect([...sums]).toEqual([
      ['config.json', A],
      ['onnx/b c.onnx', B],
    ]);
  });

  it('is refused with a line that is none', () => {
    expect(() => parseSums(`${A}  config.json\nMD5 (x) = 1\n`)).toThrow(
      'SHA256SUMS has a line that sha256sum would not write: "MD5 (x) = 1"',
    );
  });
});

it.each(['../x', '/x', 'a//b', 'a/./b', 'a/..', 'a\\b', 'C:x', 'a\u0000b', 'a\nb', '', 'x'.repeat(401)])(
  'sees that %j leaves its folder',
  (path) => {
    expect(isSafePath(path)).toBe(false);
  },
);

it.each(['config.json', 'onnx/model_q4.onnx', 'a b/ä..json', '.gitattributes'])('sees that %j stays in its folder', (path) => {
  expect(isSafePath(path)).toBe(true);
});

it('picks files once, sorted, and says which one is not there', () => {
  const file = (path: string) => ({ path, bytes: 1, digest: undefined });
  const listing = { revision: 'main', files: [file('b'), file('a')] };
  expect(pick(listing, ['b', 'a', 'b']).map(({ path }) => path)).toEqual(['a', 'b']);
  expect(() => pick(listing, ['c'])).toThrow('c is not in the repository');
});
