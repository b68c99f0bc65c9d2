// What a hub or the way to it answers, as one line with the fix. What another attempt may mend is a ServiceUnavailable.
import type { IncomingMessage } from 'node:http';
import { type CodedError, ServiceUnavailable } from '../../core/errors.ts';
import { PullFailed } from '../../core/models/source-listing.ts';

/** The hub did not answer as it should; it may have said when to ask again, in ms. */
export class HubUnavailable extends ServiceUnavailable {
  readonly retryAfterMs: number;

  constructor(message: string, cause?: unknown, retryAfterMs = 0) {
    super(message, cause);
    this.retryAfterMs = retryAfterMs;
  }
}

const MS_PER_S = 1000;
const AIR_GAP = 'without a way to the hub, pull from a folder by --from DIR';
const GO_ON = 'pull again: it goes on where it stopped';

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const TIMED_OUT = 408;
const TOO_MANY = 429;
const SERVER = 500;

/** Longest part of the hub's own words that is shown, in characters. */
const SHOWN_CHARACTERS = 120;

const LINES: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `${host} refuses connections: check HF_ENDPOINT and HTTPS_PROXY, or wait; ${AIR_GAP}`,
  ENOTFOUND: (host) => `The name of ${host} is not known: check the network, HF_ENDPOINT and HTTPS_PROXY; ${AIR_GAP}`,
  EAI_AGAIN: (host) => `The name of ${host} cannot be looked up now: check the network, HF_ENDPOINT and HTTPS_PROXY; ${AIR_GAP}`,
  ENETUNREACH: (host) => `There is no way to ${host}: check the network and HTTPS_PROXY; ${AIR_GAP}`,
};

const isCertificate = (code: string): boolean => /CERT|UNABLE_TO|SELF_SIGNED|ERR_TLS/.test(code);

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

/** Nothing came for so long. */
export const stalled = (host: string, afterMs: number): HubUnavailable =>
  new HubUnavailable(`${host} sent nothing for ${Math.round(afterMs / MS_PER_S)} s: ${GO_ON}`);

/** A connection that failed. */
export const connectionError = (host: string, thrown: unknown): CodedError => {
  if (thrown instanceof HubUnavailable || thrown instanceof PullFailed) return thrown;
  const code = codeOf(thrown);
  if (isCertificate(code))
    return new PullFailed(`The certificate of ${host} is not trusted (${code}): name your CA's file in NODE_EXTRA_CA_CERTS`, thrown);
  const line = LINES[code]?.(host) ?? `The connection to ${host} broke (${code || 'no reason told'}): ${GO_ON}`;
  return new HubUnavailable(line, thrown);
};

const header = ({ headers }: IncomingMessage, name: string): string => String(headers[name] ?? '');

const retryAfterMs = (response: IncomingMessage): number => {
  const text = header(response, 'retry-after');
  const at = /^\d+$/.test(text) ? Number(text) * MS_PER_S : Date.parse(text) - Date.now();
  return Number.isFinite(at) ? Math.max(0, at) : 0;
};

/** What is asked for, as messages name it. */
export type Asked = { repository: string; revision: string; endpoint: string; host: string; hasToken: boolean };

const refused = (response: IncomingMessage, { repository, revision, endpoint, host, hasToken }: Asked): CodedError => {
  const { statusCode: status = 0 } = response;
  const code = header(response, 'x-error-code');
  if (code === 'GatedRepo' || (status === FORBIDDEN && code === ''))
    return new PullFailed(
      hasToken
        ? `${repository} is gated and HF_TOKEN gives no access: ask for it at ${endpoint}/${repository}`
        : `${repository} is gated: ask for access at ${endpoint}/${repository}, then set HF_TOKEN`,
    );
  if (status === UNAUTHORIZED || code === 'RepoNotFound')
    return new PullFailed(
      `${host} knows no ${repository} that may be read ${hasToken ? 'with this HF_TOKEN' : 'by everyone'}: check the name${hasToken ? ' and the token' : '; for a private one set HF_TOKEN'}`,
    );
  if (code === 'RevisionNotFound') return new PullFailed(`${repository} has no revision ${revision}: use a commit, a tag, or main`);
  if (status === NOT_FOUND) return new PullFailed(`${host} does not have ${repository}@${revision}: check the name and the revision`);
  const words = header(response, 'x-error-message').replace(/\s+/g, ' ').slice(0, SHOWN_CHARACTERS);
  return new PullFailed(`${host} refuses ${repository} with status ${status}${words === '' ? '' : `: ${words}`}`);
};

/** The error that a status means; only for those that are none of success. */
export const statusError = (response: IncomingMessage, asked: Asked): CodedError => {
  const { statusCode: status = 0 } = response;
  if (status === TOO_MANY) {
    const afterMs = retryAfterMs(response);
    const when = afterMs > 0 ? ` for ${Math.ceil(afterMs / MS_PER_S)} s` : '';
    return new HubUnavailable(
      `${asked.host} had too many requests (429): wait${when}, set HF_TOKEN for a higher limit, and pull again`,
      undefined,
      afterMs,
    );
  }
  if (status >= SERVER || status === TIMED_OUT)
    return new HubUnavailable(
      `${asked.host} fails with status ${status}: wait and pull again; it goes on where it stopped`,
      undefined,
      retryAfterMs(response),
    );
  return refused(response, asked);
};
