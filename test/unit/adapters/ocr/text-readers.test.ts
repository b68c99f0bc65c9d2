import { describe, expect, it } from 'vitest';
import { makeTextReader } from '../../../../functions/adapters/ocr/text-readers.ts';

describe('readers of text', () => {
  it('are made by their kind, and start nothing before the first line', () => {
    expect(makeTextReader({ kind: 'tesseract', timeoutMs: 1000 }).by).toMatch(/^tesseract\.js-core@/);
    expect(makeTextReader({ kind: 'rekognition', timeoutMs: 1000 }).by).toMatch(/^amazon-rekognition@/);
  });
});
