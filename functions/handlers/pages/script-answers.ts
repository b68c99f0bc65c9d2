// What the page's script and its elements ask with the session: where to upload, how far a photo is, the photo or video, and its descriptions.
import { findImage } from '../../core/lookup/lookup-images.ts';
import { PICTURE_CACHE_S, picturePlace } from '../../core/lookup/lookup-picture.ts';
import { planUpload } from '../../core/lookup/lookup-uploads.ts';
import { RequestError } from '../../core/lookup/request-error.ts';
import { type AltView, altView } from '../../core/record/record-view.ts';
import { findDescriptions } from '../../core/video/find-descriptions.ts';
import { readBody } from '../http/read-request.ts';
import { uploadBody } from '../http/schemas.ts';
import { VTT_TYPE } from '../http/video/video-contracts.ts';
import type { PageContext } from './page-env.ts';

const idOf = (c: PageContext): string => c.req.param('id') ?? '';

/** POST /uploads: as POST /v1/uploads. */
export const planPageUpload = async (c: PageContext): Promise<Response> => {
  const { lookup } = c.var.service;
  const { id, url, headers, expiresAt } = await planUpload(lookup, c.var.principal, await readBody(c, uploadBody));
  return c.json({ id, url, method: 'PUT', headers, expiresAt: new Date(expiresAt).toISOString() }, 201);
};

/** What is not there may be on its way: an upload has an id before its record. Others' pictures look the same. */
const stateOf = async (c: PageContext): Promise<AltView> => {
  const id = idOf(c);
  try {
    return altView(await findImage(c.var.service.lookup, c.var.principal, id));
  } catch (thrown) {
    if (thrown instanceof RequestError && thrown.code === 'NOT_FOUND')
      return { id, state: 'PENDING', alt: null, outdated: false, sure: [] };
    throw thrown;
  }
};

/** GET /images/{id}/state: how far a picture is and its alternative text; never kept. */
export const imageState = async (c: PageContext): Promise<Response> => c.json(await stateOf(c));

/** GET /images/{id}/picture: leads to the photo in the bucket, for a short time. */
export const picture = async (c: PageContext): Promise<Response> => {
  const url = await picturePlace(c.var.service.lookup, c.var.principal, idOf(c));
  c.header('Cache-Control', `private, max-age=${PICTURE_CACHE_S}`);
  return c.redirect(url, 302);
};

/** GET /images/{id}/descriptions.vtt: the track of a video. */
export const descriptions = async (c: PageContext): Promise<Response> => {
  const { track } = await findDescriptions(c.var.service.lookup, c.var.principal, idOf(c));
  return c.body(track, 200, { 'Content-Type': VTT_TYPE });
};
