// The token issuer of this machine: an RSA key in the data folder. Other machines' issuers sign on AWS; the authorizer is the same.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose';
import type { Scope } from '../../functions/core/lookup/routes.ts';
import type { AuthorizerPlan } from './api.ts';

/** The issuer and the audience that the stack is told to trust here. Nobody else can have a name below `localhost`. */
export const LOCAL_ISSUER = 'https://issuer.caption-on-upload.localhost';
/** See `LOCAL_ISSUER`. */
export const LOCAL_AUDIENCE = 'caption-on-upload';

/** Who requests of this machine without a token are. */
export const THIS_MACHINE = 'this-machine';
/** Where the front shows the public key. */
export const JWKS_PATH = '/.well-known/jwks.json';

const ALGORITHM = 'RS256';
const KEY_ID = 'local';
const FILE = 'issuer-key.json';
const ONLY_OWNER = 0o600;
const DAY_S = 86_400;

/** What a token says. */
export type TokenWishes = {
  scopes: readonly Scope[];
  prefixes?: readonly string[];
  expiresInS?: number;
  audience?: string;
  subject?: string;
};

/** Signs tokens; `jwks` has the public key. */
export type Issuer = { jwks: JSONWebKeySet; token(wishes: TokenWishes): Promise<string> };

const savedKey = async (file: string): Promise<JWK> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const key = await exportJWK(privateKey);
    await writeFile(file, JSON.stringify(key), { mode: ONLY_OWNER });
    return key;
  }
};

/** The issuer with the key in `folder`, which is made when it is not there. */
export const openIssuer = async (folder: string, { issuer, audience }: AuthorizerPlan): Promise<Issuer> => {
  const key = await savedKey(join(folder, FILE));
  const privateKey = await importJWK(key, ALGORITHM);
  const { kty = '', n = '', e = '' } = key;
  return {
    jwks: { keys: [{ kty, n, e, alg: ALGORITHM, use: 'sig', kid: KEY_ID }] },
    token: ({ scopes, prefixes, expiresInS = DAY_S, audience: other, subject = 'local' }) => {
      const nowS = Math.floor(Date.now() / 1000);
      const limits = prefixes === undefined ? {} : { key_prefixes: prefixes.map(encodeURIComponent).join(' ') };
      return new SignJWT({ scope: scopes.join(' '), ...limits })
        .setProtectedHeader({ alg: ALGORITHM, kid: KEY_ID })
        .setIssuer(issuer)
        .setAudience(other ?? audience[0] ?? '')
        .setSubject(subject)
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + expiresInS)
        .sign(privateKey);
    },
  };
};
