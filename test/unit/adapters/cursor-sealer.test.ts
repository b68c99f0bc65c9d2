import { describe, expect, it } from 'vitest';
import { cursorSealer } from '../../../functions/adapters/cursor-sealer.ts';

const SECRET = 'a secret of thirty-two characters';

describe('cursorSealer', () => {
  it('opens what anyone with the secret has sealed', () => {
    const token = cursorSealer(SECRET).seal('é/😀', 'query');
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(cursorSealer(SECRET).open(token, 'query')).toBe('é/😀');
    expect(cursorSealer(SECRET).open(cursorSealer(SECRET).seal('', ''), '')).toBe('');
  });

  it('shows nothing of the text', () => {
    const token = cursorSealer(SECRET).seal('shop/rocket.jpg', 'query');
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain('rocket');
  });

  it('opens nothing else', () => {
    const sealer = cursorSealer(SECRET);
    const token = sealer.seal('a key', 'query');
    expect(sealer.open(token, 'another query')).toBeUndefined();
    expect(cursorSealer('another secret of enough characters').open(token, 'query')).toBeUndefined();
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(sealer.open(token.slice(0, at) + other + token.slice(at + 1), 'query')).toBeUndefined();
      expect(sealer.open(token.slice(0, at), 'query')).toBeUndefined();
    }
    for (const junk of [`${token}=`, `${token}A`, ` ${token}`, `${token}\n`, 'ä', '']) expect(sealer.open(junk, 'query')).toBeUndefined();
  });
});
