// JSON that every queue takes.
import { expect, it } from 'vitest';
import { asciiJson } from '../../../functions/core/ascii-json.ts';

it.each(['caf\u00e9', '\uffff', '\ufffe', '\u007f', '\u0001', '\u{1f415}', '"\\'])('holds %j in ASCII', (key) => {
  const json = asciiJson({ key });
  expect(json).toMatch(/^[ -~]+$/);
  expect(JSON.parse(json)).toEqual({ key });
});
