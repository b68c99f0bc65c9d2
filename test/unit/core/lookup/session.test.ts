// Sessions in core: what can be a token, whose rights it gives, and which routes the page has.
import { describe, expect, it } from 'vitest';
import { PAGE_ROUTES, pageRouteName } from '../../../../functions/core/lookup/page-routes.ts';
import { principalOf } from '../../../../functions/core/lookup/principal.ts';
import { ROUTES, routeName } from '../../../../functions/core/lookup/routes.ts';
import { isToken, MAX_TOKEN_CHARS, principalOfToken } from '../../../../functions/core/lookup/session.ts';

const of = (claims: Record<string, unknown>) => principalOfToken({ claims, expiresAt: 0 });

describe('a token', () => {
  it('has three parts in base64url, so that it can be in a cookie', () => {
    expect(['a.b.c', 'eyJ-_9.x.y', 'a.b.'].filter(isToken)).toHaveLength(3);
    for (const text of ['', 'a', 'a.b', 'a.b.c.d', 'a.b.c;x=1', 'a.b.c\r\n', 'a.b.c d', '..', 'ä.b.c', ` a.b.c`])
      expect(isToken(text)).toBe(false);
  });

  it('fits into a cookie', () => {
    const long = `a.b.${'c'.repeat(MAX_TOKEN_CHARS - 4)}`;
    expect([isToken(long), isToken(`${long}c`)]).toEqual([true, false]);
  });

  it('gives the rights that it gives at the API', () => {
    expect(of({ sub: 'ann', scope: 'captions:read other' })).toEqual({ id: 'jwt:ann', scopes: ['captions:read'] });
    expect(of({ sub: 'ann', scp: ['captions:read', 'captions:write'] }).scopes).toEqual(['captions:read', 'captions:write']);
    expect(of({ client_id: 'shop', scope: '', key_prefixes: 'a%2Fb/' })).toEqual({ id: 'jwt:shop', scopes: [], prefixes: ['a/b/'] });
    const asGiven = principalOf({ jwt: { claims: { sub: '7', key_prefixes: '[a/ b/]' } } });
    expect(of({ sub: 7, key_prefixes: ['a/', 'b/'] })).toEqual(asGiven);
  });

  it('without a subject, or with unreadable prefixes, is nobody', () => {
    expect(() => of({ scope: 'captions:read' })).toThrow('no subject');
    expect(() => of({ sub: 'ann', key_prefixes: '%E0' })).toThrow('key_prefixes');
    expect(of({ sub: 'ann', scope: { read: true } }).scopes).toEqual([]);
  });
});

describe('the routes of the page', () => {
  it('are other ones than those of the API, each once', () => {
    const names = [...PAGE_ROUTES.map(pageRouteName), ...ROUTES.map(routeName)];
    expect(new Set<string>(names).size).toBe(names.length);
  });

  it('need a session, but for files and the session itself', () => {
    const open = PAGE_ROUTES.filter((route) => !('scope' in route)).map(pageRouteName);
    expect(open.filter((name) => !/^GET \/[\w-]+\.(css|js|svg)$/.test(name))).toEqual(['POST /session', 'POST /session/end']);
  });

  it('change something only with the right to', () => {
    const changing = PAGE_ROUTES.filter((route) => route.method === 'POST' && 'scope' in route);
    expect(changing.map((route) => ('scope' in route ? route.scope : ''))).toEqual(changing.map(() => 'captions:write'));
  });
});
