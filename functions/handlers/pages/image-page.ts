// The page of one photo: its texts with where they come from.
import { html } from 'hono/html';
import { findImage } from '../../core/lookup/lookup-images.ts';
import { altView } from '../../core/record/record-view.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';

/** GET /images/{id} */
export const imagePage = async (c: PageContext): Promise<Response> => {
  const record = await findImage(c.var.service.lookup, c.var.principal, c.req.param('id') ?? '');
  const { alt } = altView(record);
  const main = html`<h1>${record.key}</h1>
<p>${record.state}</p>
<p>${alt ?? ''}</p>`;
  return page(c, { title: record.key, main });
};
