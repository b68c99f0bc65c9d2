// GET /: the caller's pictures, a page at a time.
import * as z from 'zod';
import { MAX_CURSOR_CHARS } from '../../core/lookup/cursor.ts';
import { listImages } from '../../core/lookup/lookup-images.ts';
import { KEY_LIMITS } from '../../core/lookup/lookup-ports.ts';
import { UPLOAD_TYPES } from '../../core/lookup/lookup-uploads.ts';
import { altFor } from '../../core/text/alt-for.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../core/video/video-limits.ts';
import { readQuery } from '../http/read-request.ts';
import { GALLERY_PAGE, type Gallery, galleryView } from './gallery-view.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';

/** Forms send fields that are left empty, too. */
const galleryQuery = z.strictObject({
  prefix: z.string().max(KEY_LIMITS.bytes).optional(),
  state: z.enum(['PENDING', 'READY', 'FAILED', '']).optional(),
  cursor: z.string().max(MAX_CURSOR_CHARS).optional(),
});

const uploadOf = (c: PageContext): Pick<Gallery, 'upload'> => {
  const { principal, service } = c.var;
  if (!principal.scopes.includes('captions:write')) return {};
  const { keys, maxPictureBytes } = service.lookup.settings;
  const keyPrefix = principal.prefixes?.[0] ?? keys.keyPrefixes[0] ?? '';
  return { upload: { types: UPLOAD_TYPES, maxBytes: maxPictureBytes, maxVideoBytes: DEFAULT_VIDEO_LIMITS.maxBytes, keyPrefix } };
};

/** GET / */
export const galleryPage = async (c: PageContext): Promise<Response> => {
  const { prefix = '', state, cursor } = readQuery(c, galleryQuery);
  const { lookup } = c.var.service;
  const { bucket, genderNeutral } = lookup.settings;
  const asked = { bucket, prefix, limit: GALLERY_PAGE, ...(state && { state }), ...(cursor && { cursor }) };
  const { records, next } = await listImages(lookup, c.var.principal, asked);
  const cards = records.map((record) => ({ record, alt: altFor(record, {}, { genderNeutral }) }));
  const main = galleryView({
    cards,
    prefix,
    firstPage: !cursor,
    ...(state && { state }),
    ...(next !== undefined && { next }),
    ...uploadOf(c),
  });
  return page(c, { title: 'Pictures', main });
};
