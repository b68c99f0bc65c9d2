// GET /v1/report: coverage as JSON or as a page.
import { coverage } from '../../../core/report/coverage.ts';
import type { ApiContext, ApiService } from '../api-env.ts';
import { readQuery } from '../read-request.ts';
import { answerContent, TYPES, wantedType } from './content.ts';
import { reportQuery } from './output-queries.ts';
import { REPORT_POLICY, reportHtml } from './report-html.ts';

/** How long a report may be kept, in seconds. */
const REPORT_MAX_AGE_S = 60;

/** GET /v1/report. */
export const answerReport = async (c: ApiContext, { lookup }: ApiService): Promise<Response> => {
  const { prefix = '', cursor, format } = readQuery(c, reportQuery);
  const report = await coverage(lookup, c.get('principal'), { prefix, ...(cursor !== undefined && { cursor }) });
  if (wantedType(c, 'html', format) !== 'html') return answerContent(c, JSON.stringify(report), TYPES.json, REPORT_MAX_AGE_S);
  c.header('Content-Security-Policy', REPORT_POLICY);
  return answerContent(c, await reportHtml(report), TYPES.html, REPORT_MAX_AGE_S);
};
