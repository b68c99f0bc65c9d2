// GET /report: how far the texts of the caller's pictures have got.
import * as z from 'zod';
import { MAX_CURSOR_CHARS } from '../../core/lookup/cursor.ts';
import { KEY_LIMITS } from '../../core/lookup/lookup-ports.ts';
import { coverage } from '../../core/report/coverage.ts';
import { readQuery } from '../http/read-request.ts';
import { page } from './layout.ts';
import type { PageContext } from './page-env.ts';
import { reportView } from './report-view.ts';

const reportQuery = z.strictObject({
  prefix: z.string().max(KEY_LIMITS.bytes).optional(),
  cursor: z.string().max(MAX_CURSOR_CHARS).optional(),
});

/** GET /report */
export const reportPage = async (c: PageContext): Promise<Response> => {
  const { prefix = '', cursor } = readQuery(c, reportQuery);
  const report = await coverage(c.var.service.lookup, c.var.principal, { prefix, ...(cursor && { cursor }) });
  return page(c, { title: 'Report', main: reportView(report) });
};
