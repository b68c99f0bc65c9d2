import { describe, expect, it } from 'vitest';
import { observedMessage } from '../../../../functions/core/record/observed-message.ts';
import { parseMessage } from '../../../../functions/handlers/ingest/ingest-messages.ts';

describe('the message about an object that was found by listing', () => {
  it.each(['a.jpg', 'ü b+c%20/"x".jpg', '\u0001'])('is what ingesting reads (%j)', (key) => {
    const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const message = observedMessage('photos', { key, etag: 'abc', size: 12, at }, at + 1000);
    expect(message.time).toBe('2026-01-02T03:04:06.678Z');
    expect(parseMessage(JSON.stringify(message))).toEqual([
      { kind: 'observed', bucket: 'photos', key, etag: 'abc', size: 12, sequencer: '', at: at - 678 },
    ]);
  });
});
