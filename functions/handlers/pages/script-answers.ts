// What the page's script asks with the session: where to upload, how far a photo is, and the photo itself.
import { findImage } from '../../core/lookup/lookup-images.ts';
import { PICTURE_CACHE_S, picturePlace } from '../../core/lookup/lookup-picture.ts';
import { planUpload } from '../../core/lookup/lookup-uploads.ts';
import { altView } from '../../core/record/record-view.ts';
import { readBody } from '../http/read-request.ts';
import { uploadBody } from '../http/schemas.ts';
import type { PageContext } from './page-env.ts';

const idOf = (c: PageContext): string => c.req.param('id') ?? '';

/** POST /uploads: as POST /v1/uploads. */
export const planPageUpload = async (c: PageContext): Promise<Response> => {
  const { lookup } = c.var.service;
  const { id, url, headers, expiresAt } = await planUpload(lookup, c.var.principal, await readBody(c, uploadBody));
  return c.json({ id, url, method: 'PUT', headers, expiresAt: new Date(expiresAt).toISOString() }, 201);
};

/** GET /images/{id}/state: as GET /v1/images/{id}/alt was before usages, never kept. */
export const imageState = async (c: PageContext): Promise<Response> =>
  c.json(altView(await findImage(c.var.service.lookup, c.var.principal, idOf(c))));

/** GET /images/{id}/picture: leads to the photo in the bucket, for a short time. */
export const picture = async (c: PageContext): Promise<Response> => {
  const url = await picturePlace(c.var.service.lookup, c.var.principal, idOf(c));
  c.header('Cache-Control', `private, max-age=${PICTURE_CACHE_S}`);
  return c.redirect(url, 302);
};
