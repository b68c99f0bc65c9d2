import { describe, expect, it } from 'vitest';
import { readingOrder } from '../../../../../functions/captioner/analysis/text/reading-order.ts';

const line = (name: string, left: number, top: number, width = 80, height = 10) => ({
  name,
  left,
  top,
  right: left + width,
  bottom: top + height,
});

const order = (...lines: ReturnType<typeof line>[]): string =>
  readingOrder(lines)
    .map(({ name }) => name)
    .join(' ');

describe('reading order', () => {
  it('goes from top to bottom, and on one level from left to right', () => {
    expect(order(line('c', 0, 40), line('b', 100, 21), line('a', 0, 20))).toBe('a b c');
  });

  it('reads columns one after the other', () => {
    const columns = [line('c', 120, 0), line('a', 0, 0), line('d', 120, 20), line('b', 0, 20)];
    expect(order(...columns)).toBe('a b c d');
  });

  it('reads a headline before the columns under it', () => {
    const page = [line('c', 120, 30), line('head', 0, 0, 200, 20), line('a', 0, 30), line('d', 120, 50), line('b', 0, 50)];
    expect(order(...page)).toBe('head a b c d');
  });

  it('takes lone lines beside each other for one level', () => {
    expect(order(line('b', 120, 3), line('a', 0, 0), line('c', 0, 30))).toBe('a b c');
  });

  it('orders lines that no straight cut separates by their middles', () => {
    expect(order(line('b', 70, 8, 80, 12), line('a', 0, 0, 80, 12), line('c', 10, 17, 80, 12))).toBe('a b c');
  });

  it('leaves nothing and one line as they are', () => {
    expect(readingOrder([])).toEqual([]);
    expect(order(line('a', 0, 0))).toBe('a');
  });
});
