// Sessions at the page: signing in and out, who sees what, and what other sites cannot do.
import { describe, expect, it } from 'vitest';
import { readyRecord } from '../../../support/api.ts';
import { pages, SESSIONS } from '../../../support/pages.ts';

const SIGN_IN = { method: 'POST', path: '/session' } as const;

describe('without a session', () => {
  it('shows the sign-in page with 401 and no data', async () => {
    const { browse } = pages([await readyRecord('cat.jpg')]);
    const { statusCode, body, headers } = await browse('GET', '/', { session: undefined });
    expect(statusCode).toBe(401);
    expect(headers['content-type']).toBe('text/html; charset=UTF-8');
    expect(body).toContain('name="token"');
    expect(body).not.toContain('cat');
  });
});

describe('signing in', () => {
  it('sets a cookie for this host only, which scripts cannot read, until the token expires', async () => {
    const { statusCode, headers, cookies } = await pages([]).browse(SIGN_IN.method, SIGN_IN.path, {
      session: undefined,
      form: { token: ` ${SESSIONS.reader}\n` },
    });
    expect([statusCode, headers.location]).toEqual([303, '/']);
    expect(cookies).toEqual([`session=${SESSIONS.reader}; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict`]);
  });
});
