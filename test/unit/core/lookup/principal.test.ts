import { describe, expect, it } from 'vitest';
import { MAX_PREFIXES, ownsKey, principalOf, requireScope } from '../../../../functions/core/lookup/principal.ts';
import { SCOPES } from '../../../../functions/core/lookup/routes.ts';

const claims = (given: Record<string, unknown>): unknown => ({ jwt: { claims: { sub: 'ann', ...given } } });

describe('principalOf', () => {
  it('reads the scopes of a token, also as lists that API Gateway writes, and knows no others', () => {
    expect(principalOf(claims({ scope: 'openid captions:read' }))).toEqual({ id: 'jwt:ann', scopes: ['captions:read'] });
    expect(principalOf(claims({ scp: '[captions:write captions:read]' })).scopes).toEqual([...SCOPES]);
    expect(principalOf(claims({ scope: 7 })).scopes).toEqual([]);
    expect(principalOf(claims({ scope: 'captions:readx' })).scopes).toEqual([]);
  });

  it('reads prefixes as they were encoded; none at all means no key', () => {
    expect(principalOf(claims({ key_prefixes: 'a%20b/ c/' })).prefixes).toEqual(['a b/', 'c/']);
    expect(principalOf(claims({ key_prefixes: '' })).prefixes).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['an empty authorizer', {}],
    ['no claims', { jwt: {} }],
    ['no subject', { jwt: { claims: { scope: 'captions:read' } } }],
    ['prefixes that are no text', claims({ key_prefixes: ['a/'] })],
    ['broken prefixes', claims({ key_prefixes: '%E0%A4' })],
    ['too many prefixes', claims({ key_prefixes: Array.from({ length: MAX_PREFIXES + 1 }, (_, i) => `p${i}/`).join(' ') })],
    ['an unnamed caller of the account', { iam: {} }],
  ])('refuses %s', (_, authorizer) => {
    expect(() => principalOf(authorizer)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  });

  it('gives callers of the account both scopes and a name without their session', () => {
    expect(principalOf({ iam: { callerId: 'AROAEXAMPLE:job-17', userArn: 'x' } })).toEqual({ id: 'iam:AROAEXAMPLE', scopes: SCOPES });
    expect(principalOf({ iam: { userArn: 'someone' } }).id).toBe('iam:someone');
    expect(principalOf({ jwt: { claims: { client_id: 'shop' } } }).id).toBe('jwt:shop');
  });
});

describe('what a caller may', () => {
  it('needs the scope and says which', () => {
    const reader = principalOf(claims({ scope: 'captions:read' }));
    expect(() => requireScope(reader, 'captions:read')).not.toThrow();
    expect(() => requireScope(reader, 'captions:write')).toThrow(
      expect.objectContaining({ code: 'SCOPE_MISSING', scope: 'captions:write', message: expect.stringContaining('captions:write') }),
    );
  });

  it('is bounded by prefixes', () => {
    const shop = principalOf(claims({ key_prefixes: 'shop/' }));
    expect([ownsKey(shop, 'shop/a'), ownsKey(shop, 'shopping'), ownsKey(shop, 'Shop/a')]).toEqual([true, false, false]);
    expect(ownsKey(principalOf(claims({})), 'anything')).toBe(true);
    expect(ownsKey(principalOf(claims({ key_prefixes: '' })), 'anything')).toBe(false);
  });
});
