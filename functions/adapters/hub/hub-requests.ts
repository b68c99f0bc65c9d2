// GET over HTTP(S): proxies, redirects, a token that only the endpoint's own host gets, and an end to waiting.
import { Agent as HttpAgent, get as httpGet, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { PullFailed } from '../../core/models/source-listing.ts';
import { connectionError, stalled } from './hub-errors.ts';

/** Proxies by the names of their variables. */
export type Proxies = { HTTP_PROXY?: string; HTTPS_PROXY?: string; NO_PROXY?: string };

/** How the hub is reached. */
export type HubAccess = {
  /** without a slash at its end */
  endpoint: string;
  token: string | undefined;
  proxies: Proxies;
  /** longest time without a byte */
  stallMs: number;
};

/** An answer, after redirects; its body ends with an error when nothing comes any more. Either the body is read, or it is closed. */
export type HubResponse = { response: IncomingMessage; body: AsyncIterable<Buffer>; close(): void };

/** Asks. @throws CodedError UNAVAILABLE or PULL_FAILED */
export type HubGet = (address: string, headers?: OutgoingHttpHeaders) => Promise<HubResponse>;

const MAX_REDIRECTS = 8;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const USER_AGENT = 'caption-on-upload/models';

const targetOf = (from: URL, location: string): URL => {
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isHttp = target?.protocol === 'https:' || (target?.protocol === 'http:' && from.protocol === 'http:');
  if (target === undefined || !isHttp)
    throw new PullFailed(`${from.host} redirects to ${JSON.stringify(location.slice(0, 200))}, which is not safe to follow`);
  return target;
};

/** Reads the body; whoever stops early closes the connection. */
async function* watched(response: IncomingMessage, host: string, watch: NodeJS.Timeout): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) {
      watch.refresh();
      yield chunk;
    }
  } catch (thrown) {
    throw connectionError(host, thrown);
  } finally {
    clearTimeout(watch);
  }
}

/** The hub. Connections are kept open between requests and never keep the process alive. */
export const hubRequests = ({ endpoint, token, proxies, stallMs }: HubAccess): HubGet => {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true, proxyEnv: proxies }),
    'https:': new HttpsAgent({ keepAlive: true, proxyEnv: proxies }),
  };
  const home = new URL(endpoint).origin;

  const once = (url: URL, headers: OutgoingHttpHeaders) =>
    new Promise<HubResponse>((resolve, reject) => {
      const settings = { headers: { 'user-agent': USER_AGENT, 'accept-encoding': 'identity', ...headers } };
      const request =
        url.protocol === 'https:'
          ? httpsGet(url, { ...settings, agent: agents['https:'] })
          : httpGet(url, { ...settings, agent: agents['http:'] });
      let answered: IncomingMessage | undefined;
      const watch = setTimeout(() => (answered ?? request).destroy(stalled(url.host, stallMs)), stallMs);
      request.on('response', (response) => {
        answered = response;
        watch.refresh();
        const close = (): void => {
          clearTimeout(watch);
          response.destroy();
        };
        resolve({ response, body: watched(response, url.host, watch), close });
      });
      request.on('error', (thrown) => {
        clearTimeout(watch);
        reject(connectionError(url.host, thrown));
      });
    });

  return async (address, headers = {}) => {
    let url = new URL(address);
    let mayKnow = token !== undefined;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      mayKnow &&= url.origin === home;
      const answer = await once(url, { ...headers, ...(mayKnow && { authorization: `Bearer ${token}` }) });
      const { statusCode = 0, headers: got } = answer.response;
      if (!REDIRECTS.has(statusCode) || got.location === undefined) return answer;
      answer.close();
      url = targetOf(url, got.location);
    }
    throw new PullFailed(`${url.host} redirects more than ${MAX_REDIRECTS} times: check HF_ENDPOINT`);
  };
};
