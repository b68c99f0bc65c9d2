// SVGs of marks as pixels: cut to their edges, in their own colours, and what is refused.
import { describe, expect, it } from 'vitest';
import { drawMark } from '../../../../functions/adapters/brands/svg-mark.ts';
import { UsageError } from '../../../../functions/core/errors.ts';

const svg = (inside: string, size = 'viewBox="0 0 24 24"') =>
  new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${inside}</svg>`);

describe('a mark drawn from an SVG', () => {
  it('is cut to what is drawn', async () => {
    const { data, width, height } = await drawMark(svg('<rect x="6" y="9" width="12" height="6"/>'));
    expect(width / height).toBeCloseTo(2, 1);
    expect(width).toBeGreaterThan(250);
    expect(data).toHaveLength(width * height * 4);
    expect([...data.subarray(0, 4)]).toEqual([0, 0, 0, 255]);
  });

  it('keeps its colours', async () => {
    const { data } = await drawMark(svg('<rect width="24" height="24" fill="#c02040"/>'));
    expect([...data.subarray(0, 4)]).toEqual([0xc0, 0x20, 0x40, 255]);
  });

  it('is drawn as large when the file says that it is small, or huge', async () => {
    const small = await drawMark(svg('<circle cx="2" cy="2" r="2"/>', 'width="4" height="4"'));
    const huge = await drawMark(svg('<circle cx="2000" cy="2000" r="2000"/>', 'width="4000" height="4000"'));
    expect(small.width).toBeGreaterThan(500);
    expect(huge.width).toBeGreaterThan(500);
    expect(huge.width).toBeLessThanOrEqual(512);
  });

  it('is refused when the file is no SVG, draws nothing, or is too large', async () => {
    await expect(drawMark(new TextEncoder().encode('hello'))).rejects.toThrow('cannot be read as one');
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    await expect(drawMark(gif)).rejects.toThrow('Expected an SVG but received gif');
    await expect(drawMark(svg(''))).rejects.toThrow('received an empty one');
    const thread = svg('<rect width="9" height="1"/>', 'width="32000" height="1"');
    await expect(drawMark(thread)).rejects.toThrow('cannot be drawn');
    await expect(drawMark(thread)).rejects.toBeInstanceOf(UsageError);
    await expect(drawMark(svg(' '.repeat(1_000_001)))).rejects.toThrow('at most 1000000 bytes');
  });
});
