import { describe, expect, it } from 'vitest';
import {
  asPictureError,
  CodedError,
  ConfigError,
  isReason,
  PackageRefused,
  PictureError,
  REASONS,
  ServiceUnavailable,
  UsageError,
} from '../../../functions/core/errors.ts';

describe('errors', () => {
  it('know whether another attempt may help', () => {
    expect(new PictureError('CORRUPT', 'x').retryable).toBe(false);
    expect(new PictureError('INFERENCE_TIMEOUT', 'x').retryable).toBe(true);
    expect(new PackageRefused('x').retryable).toBe(false);
    expect(new UsageError('x').code).toBe('USAGE');
    expect(new ConfigError('x')).toMatchObject({ code: 'CONFIG', retryable: false });
    expect(new ServiceUnavailable('x')).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it('keep their cause', () => {
    const cause = new Error('below');
    expect(new PictureError('INTERNAL', 'x', cause).cause).toBe(cause);
    expect('cause' in new PictureError('INTERNAL', 'x')).toBe(false);
  });

  it('of others become INTERNAL, our own stay what they are', () => {
    const own = new PictureError('EMPTY', 'x');
    expect(asPictureError(own)).toBe(own);
    expect(asPictureError(new TypeError('boom'))).toMatchObject({ code: 'INTERNAL', message: 'unexpected: boom' });
    expect(asPictureError('boom')).toMatchObject({ code: 'INTERNAL' });
    expect(asPictureError(new PackageRefused('refused'))).toMatchObject({ code: 'INFERENCE_UNAVAILABLE', message: 'refused' });
    expect(asPictureError(new ServiceUnavailable('away'))).toMatchObject({ code: 'INTERNAL', message: 'away' });
    expect(asPictureError(new CodedError('SOURCE_GONE', 'gone'))).toMatchObject({ code: 'SOURCE_GONE' });
  });

  it('have reasons from a closed set', () => {
    expect(Object.keys(REASONS).every(isReason)).toBe(true);
    expect(['toString', 'USAGE', 7, undefined].some(isReason)).toBe(false);
  });
});
