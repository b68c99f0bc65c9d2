// AWS errors become ours here and nowhere else: by class, name and status, never by a message, which may hold keys.
import { CodedError, ServiceUnavailable } from '../../core/errors.ts';

/** Names of refusals that another attempt may turn into an answer, besides those of status 429 and 5xx. */
const TRANSIENT_NAMES = new Set([
  'AbortError',
  'ItemCollectionSizeLimitExceededException',
  'KmsThrottled',
  'LimitExceededException',
  'OverLimit',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

const NETWORK_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

const HTTP_TOO_MANY = 429;
const HTTP_SERVER_ERROR = 500;

/** What is read of an error of the SDK or of the network. */
type Facts = { name: string; code: string; status: number; attempts: number };

/** Name, network code, HTTP status and number of attempts of a thrown value; '' and 0 where it has none. */
export const awsFacts = (thrown: unknown): Facts => {
  if (!(thrown instanceof Error)) return { name: '', code: '', status: 0, attempts: 0 };
  const { name, code, $metadata } = thrown as Error & { code?: unknown; $metadata?: { httpStatusCode?: number; attempts?: number } };
  return {
    name,
    code: typeof code === 'string' ? code : '',
    status: $metadata?.httpStatusCode ?? 0,
    attempts: $metadata?.attempts ?? 0,
  };
};

/** Whether another attempt may help. */
export const isTransient = (thrown: unknown): boolean => {
  const { name, code, status } = awsFacts(thrown);
  return TRANSIENT_NAMES.has(name) || NETWORK_CODES.has(code) || status === HTTP_TOO_MANY || status >= HTTP_SERVER_ERROR;
};

/** Our error for a failure of `what`, such as "the table"; errors of ours stay as they are. */
export const fromAws = (thrown: unknown, what: string): CodedError => {
  if (thrown instanceof CodedError) return thrown;
  const { name, code } = awsFacts(thrown);
  const kind = code || name || 'unknown';
  if (isTransient(thrown)) return new ServiceUnavailable(`${what} did not answer: ${kind}`, thrown);
  return new CodedError('INTERNAL', `${what} refused the request: ${kind}`, thrown);
};

/**
 * What `ask` gives.
 * @throws CodedError UNAVAILABLE when another attempt may help, INTERNAL otherwise
 */
export const askingAws = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (thrown) {
    throw fromAws(thrown, what);
  }
};
