// Strings that are wrong in many ways, and the choice among some.
import { type Random, whole } from './random.ts';

/** One of some, which are not none. */
export const pick = <T>(random: Random, items: readonly T[]): T => items[whole(random, items.length)] as T;

/** Strings that break what does not expect them. */
export const STRINGS = [
  '',
  'a',
  'shop/1.jpg',
  '%00',
  '\u0000',
  '😀',
  '\ud800',
  '../..',
  "'; drop table",
  '<script>',
  '__proto__',
  'constructor',
  'null',
  '-1',
  '1e999',
  '0x10',
  'NaN',
  'true',
  '[]',
  '{}',
  '%',
  '%zz',
  '%ff',
  '&&==',
  'é'.repeat(600),
  'x'.repeat(5000),
];
