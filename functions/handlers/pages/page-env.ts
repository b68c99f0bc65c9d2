// What the page's handlers are given, and what each of their requests carries.
import type { Context } from 'hono';
import type { PageRoute } from '../../core/lookup/page-routes.ts';
import type { Principal } from '../../core/lookup/principal.ts';
import type { VerifyToken } from '../../core/lookup/session.ts';
import type { ApiService } from '../http/api-env.ts';

/** A file of functions/web; `digest` is part of its address and of its entity tag. */
export type WebFile = { content: string; type: string; digest: string };

/** The files by their paths, such as `/page.css`. */
export type WebFiles = ReadonlyMap<string, WebFile>;

/** Everything behind the page. */
export type PageService = ApiService & {
  verifyToken: VerifyToken;
  files: WebFiles;
  /** where pictures are read from and sent to: the origin of signed addresses, such as `https://photos.s3.eu-west-1.amazonaws.com` */
  bucketOrigin: () => Promise<string>;
};

/** `principal` is there on routes with a scope; reading it elsewhere is a mistake of the program. */
export type PageEnv = {
  Bindings: { authorizer?: unknown };
  Variables: { principal: Principal; service: PageService; route: PageRoute };
};

/** A request for a page under way: `c.var.principal`, `c.var.service`. */
export type PageContext = Context<PageEnv>;

/** Answers one request of a page. */
export type PageAnswer = (c: PageContext) => Response | Promise<Response>;
