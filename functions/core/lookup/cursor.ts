// Cursors of paged answers: a place in a list, sealed so that clients can neither read nor change it, for one query of one caller.

import type { ChangePosition } from '../ports.ts';
import { feedPlace, fromFeedPlace } from '../record/table.ts';
import type { Principal } from './principal.ts';
import { RequestError } from './request-error.ts';

/** Encrypts and authenticates a short text; it opens only with the context that it was sealed with. */
export type Sealer = {
  /** URL-safe */
  seal(text: string, context: string): string;
  /** @returns undefined for what was not sealed here with this context */
  open(token: string, context: string): string | undefined;
};

/** The query that a cursor belongs to, besides its caller. */
export type CursorQuery =
  | { kind: 'images'; bucket: string; prefix: string; state?: string }
  | { kind: 'review' | 'report'; bucket: string; prefix: string }
  | { kind: 'changes' };

/** Most characters of a cursor: a key of 1,024 bytes, sealed and in base64url. */
export const MAX_CURSOR_CHARS = 2_048;

const contextOf = (query: CursorQuery, principal: Principal): string =>
  JSON.stringify(
    query.kind === 'changes'
      ? [query.kind, principal.id]
      : [query.kind, principal.id, query.bucket, query.prefix, ('state' in query && query.state) || ''],
  );

const opened = (sealer: Sealer, token: string, query: CursorQuery, principal: Principal, field: string): string => {
  const text = token.length <= MAX_CURSOR_CHARS ? sealer.open(token, contextOf(query, principal)) : undefined;
  if (text !== undefined) return text;
  const message = 'not a cursor that this query gave you';
  throw new RequestError('INVALID_CURSOR', `${field}: ${message}`, { fields: [{ field, message }] });
};

/** A cursor after `key`. */
export const sealKey = (sealer: Sealer, key: string, query: CursorQuery, principal: Principal): string =>
  sealer.seal(key, contextOf(query, principal));

/** @throws RequestError INVALID_CURSOR naming `field` */
export const openKey = (sealer: Sealer, token: string, query: CursorQuery, principal: Principal, field: string): string =>
  opened(sealer, token, query, principal, field);

/** A cursor after a change. */
export const sealPosition = (sealer: Sealer, position: ChangePosition, principal: Principal): string =>
  sealer.seal(feedPlace(position.changedAt, position.id), contextOf({ kind: 'changes' }, principal));

/** @throws RequestError INVALID_CURSOR naming `field` */
export const openPosition = (sealer: Sealer, token: string, principal: Principal, field: string): ChangePosition =>
  fromFeedPlace(opened(sealer, token, { kind: 'changes' }, principal, field));
