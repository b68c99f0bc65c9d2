// Callers with tokens as anybody could make them, for a service on this machine that asks for tokens: right ones, old ones and forged ones.
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { LOCAL_AUDIENCE, LOCAL_ISSUER, openIssuer } from '../../infra/local/issuer.ts';
import type { LocalService } from '../../infra/local/service.ts';

/** A caller, and the scopes that they may use: `read` is captions:read. */
export type TokenCaller = {
  token(service: LocalService, dataFolder: string): Promise<string | undefined>;
  may: 'nothing' | 'read' | 'write' | 'all';
};

/** Both scopes. */
export const BOTH = ['captions:read', 'captions:write'] as const;

const CLAIMS = { scope: BOTH.join(' '), sub: 'someone' };

const nobodysKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** The public key, used as the secret of a symmetric signature. */
const confusedSecret = async (dataFolder: string): Promise<Uint8Array> => {
  const { jwks } = await openIssuer(dataFolder, { issuer: LOCAL_ISSUER, audience: [LOCAL_AUDIENCE] });
  return new TextEncoder().encode(JSON.stringify(jwks.keys[0]));
};

const forged = (): SignJWT => new SignJWT(CLAIMS).setIssuer(LOCAL_ISSUER).setAudience(LOCAL_AUDIENCE).setExpirationTime('1h');

/** All of them by name. */
export const TOKEN_CALLERS: Readonly<Record<string, TokenCaller>> = {
  anonymous: { token: async () => undefined, may: 'nothing' },
  reader: { token: (service) => service.token({ scopes: ['captions:read'] }), may: 'read' },
  writer: { token: (service) => service.token({ scopes: ['captions:write'] }), may: 'write' },
  both: { token: (service) => service.token({ scopes: BOTH }), may: 'all' },
  expired: { token: (service) => service.token({ scopes: BOTH, expiresInS: -60 }), may: 'nothing' },
  'wrong audience': { token: (service) => service.token({ scopes: BOTH, audience: 'another-api' }), may: 'nothing' },
  'alg none': {
    token: async () => new UnsecuredJWT(CLAIMS).setIssuer(LOCAL_ISSUER).setAudience(LOCAL_AUDIENCE).setExpirationTime('1h').encode(),
    may: 'nothing',
  },
  'key confusion': {
    token: async (_, dataFolder) =>
      forged()
        .setProtectedHeader({ alg: 'HS256', kid: 'local' })
        .sign(await confusedSecret(dataFolder)),
    may: 'nothing',
  },
  "nobody's key": { token: () => forged().setProtectedHeader({ alg: 'RS256', kid: 'local' }).sign(nobodysKey), may: 'nothing' },
  'no token at all': { token: async () => 'nonsense', may: 'nothing' },
};

/** What a caller gets at a route that needs a scope. */
export const expectedStatus = (may: TokenCaller['may'], scope: string): 401 | 403 | 'in' => {
  if (may === 'nothing') return 401;
  return may === 'all' || scope === `captions:${may}` ? 'in' : 403;
};
