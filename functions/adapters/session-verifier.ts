// Verifies tokens of the page's sessions as API Gateway's JWT authorizer verifies those of the API: keys of the issuer, which is asked for
// them by OpenID Connect discovery, RSA signatures only, issuer, audience and times. What the API refuses makes no session either.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import { ServiceUnavailable } from '../core/errors.ts';
import type { VerifyToken } from '../core/lookup/session.ts';
import type { Clock } from '../core/ports.ts';

/** Whose tokens are taken, and for whom. `jwksUrl`: where the keys are, without asking the issuer for the place. */
export type SessionRules = { issuer: string; audience: readonly string[]; jwksUrl?: string; clock: Clock };

/** API Gateway takes no others; all are asymmetric. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];
/** How far clocks may differ, in seconds. */
const CLOCK_TOLERANCE_S = 5;
/** Longest wait for the issuer, in ms: twice fits into the function's time. */
const ISSUER_TIMEOUT_MS = 3000;
/** Shortest time between two readings of the keys because of a key that is not there, in ms: nobody can make us ask more often. */
const KEYS_COOLDOWN_MS = 30_000;
/** Longest time that keys are used without being read again, in ms: then a withdrawn one is gone. */
const KEYS_MAX_AGE_MS = 600_000;
/** Shortest time between a failure to read the keys and the next try, in ms: strangers' tokens do not make us wait for an issuer that is away. */
const KEYS_PAUSE_MS = 5000;
const MS_PER_S = 1000;

const discovered = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https$/ }) });

const keysUnavailable = (thrown: unknown): ServiceUnavailable =>
  new ServiceUnavailable("the keys of the tokens' issuer cannot be read", thrown);

/** OpenID Connect Discovery 1.0, section 4. */
const discover = async (issuer: string): Promise<URL> => {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
  });
  if (!response.ok) throw new RangeError(`the issuer answered ${response.status}`);
  const found = discovered.parse(await response.json());
  if (found.issuer !== issuer) throw new RangeError('the issuer calls itself otherwise');
  return new URL(found.jwks_uri);
};

const OF_TOKENS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** Whether a key can be found without asking anybody. */
const isAtHand = (keys: Keys | undefined, kid: string | undefined): boolean =>
  keys?.fresh === true && (kid === undefined || keys.jwks()?.keys.some((key) => key.kid === kid) === true);

/** The issuer's keys; the place is asked for once, and again only after a failure and a pause. */
const keysOf = ({ issuer, jwksUrl, clock }: SessionRules): JWTVerifyGetKey => {
  let opening: Promise<Keys> | undefined;
  let keys: Keys | undefined;
  let failure: { at: number; error: ServiceUnavailable } | undefined;
  const failed = (thrown: unknown): ServiceUnavailable => {
    failure = { at: clock(), error: keysUnavailable(thrown) };
    return failure.error;
  };
  const open = async (): Promise<Keys> =>
    createRemoteJWKSet(jwksUrl === undefined ? await discover(issuer) : new URL(jwksUrl), {
      timeoutDuration: ISSUER_TIMEOUT_MS,
      cooldownDuration: KEYS_COOLDOWN_MS,
      cacheMaxAge: KEYS_MAX_AGE_MS,
    });
  return async (header, token) => {
    const pauses = failure !== undefined && clock() - failure.at < KEYS_PAUSE_MS;
    if (failure !== undefined && pauses && !isAtHand(keys, header.kid)) throw failure.error;
    try {
      opening ??= open();
      keys = await opening;
    } catch (thrown) {
      opening = undefined;
      throw failed(thrown);
    }
    try {
      return await keys(header, token);
    } catch (thrown) {
      throw OF_TOKENS.some((kind) => thrown instanceof kind) ? thrown : failed(thrown);
    }
  };
};

/** Some issuers name the client instead of an audience; API Gateway takes that only where there is no audience. */
const isMeant = ({ aud, client_id }: JWTPayload, audience: readonly string[]): boolean =>
  (aud === undefined ? [client_id] : [aud].flat()).some((one) => typeof one === 'string' && audience.includes(one));

/** Verifies by the rules; the same for every token, nothing is let through in any environment. */
export const sessionVerifier = (rules: SessionRules): VerifyToken => {
  const keys = keysOf(rules);
  const { issuer, audience, clock } = rules;
  const checked = async (token: string): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(clock()),
    });
    return payload;
  };
  return async (token) => {
    try {
      const claims = await checked(token);
      const { exp = 0, iat = 0 } = claims;
      const made = iat <= clock() / MS_PER_S + CLOCK_TOLERANCE_S;
      return made && isMeant(claims, audience) ? { claims, expiresAt: exp * MS_PER_S } : undefined;
    } catch (thrown) {
      if (thrown instanceof ServiceUnavailable) throw thrown;
      return undefined;
    }
  };
};
