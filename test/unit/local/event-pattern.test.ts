// EventBridge patterns: what matches, and that nothing unknown is ignored.
import { describe, expect, it } from 'vitest';
import { eventPattern } from '../../../infra/local/event-pattern.ts';
import { TemplateError } from '../../../infra/local/template.ts';

const matches = (choices: unknown[], key: unknown): boolean =>
  eventPattern({ source: ['aws.s3'], detail: { object: { key: choices } } })({ source: 'aws.s3', detail: { object: { key } } });

describe('an event pattern', () => {
  it.each([
    { choices: ['a', 'b'], yes: ['a', 'b'], no: ['c', undefined, 1] },
    { choices: [{ prefix: 'photos/' }], yes: ['photos/a'], no: ['photo', 'x/photos/'] },
    { choices: [{ suffix: '.jpg' }, { suffix: '.png' }], yes: ['a.jpg', 'a.png'], no: ['a.gif', '.jpg/a'] },
    { choices: [{ wildcard: 'a*.jpg' }], yes: ['a.jpg', 'a/b\nc.jpg'], no: ['b.jpg', 'a.jpg2'] },
    { choices: [{ wildcard: 'a\\*(b)\\\\' }], yes: ['a*(b)\\'], no: ['ax(b)\\'] },
    { choices: [{ 'anything-but': 'a' }], yes: ['b', 1], no: ['a', undefined] },
    { choices: [{ 'anything-but': ['a', 'b'] }], yes: ['c'], no: ['a', 'b'] },
    { choices: [{ 'anything-but': { prefix: 'out/' } }], yes: ['in/a'], no: ['out/a'] },
    { choices: [{ 'anything-but': { suffix: ['.txt', '.md'] } }], yes: ['a.jpg'], no: ['a.txt', 'a.md'] },
    { choices: [{ exists: true }], yes: ['', 0], no: [undefined] },
    { choices: [{ exists: false }], yes: [undefined], no: ['a'] },
    { choices: [{ 'equals-ignore-case': 'A.JPG' }], yes: ['a.jpg'], no: ['b.jpg'] },
    { choices: ['a'], yes: [['x', 'a']], no: [['x']] },
  ])('$choices', ({ choices, yes, no }) => {
    expect(yes.filter((key) => !matches(choices, key))).toEqual([]);
    expect(no.filter((key) => matches(choices, key))).toEqual([]);
  });

  it('needs all of its parts', () => {
    expect(eventPattern({ source: ['aws.s3'], 'detail-type': ['Object Created'] })({ source: 'aws.s3' })).toBe(false);
  });

  it.each([
    { pattern: { a: [{ numeric: ['>', 1] }] } },
    { pattern: { a: [{ prefix: { 'equals-ignore-case': 'x' } }] } },
    { pattern: { a: [{ prefix: 'x', suffix: 'y' }] } },
    { pattern: { a: [{ 'anything-but': { numeric: ['>', 1] } }] } },
    { pattern: { $or: [{ a: ['x'] }] } },
    { pattern: { a: [['x']] } },
    { pattern: {} },
    { pattern: 'x' },
  ])('refuses $pattern', ({ pattern }) => {
    expect(() => eventPattern(pattern)).toThrow(TemplateError);
  });
});
