// Figure 27: templates with one thing broken each. The check that runs at every synthesis has to notice all of them.
import { checkTemplate } from '../../infra/check-template.ts';
import type { Template } from '../../infra/checks/look.ts';
import { BROKEN, type BrokenTemplate } from '../support/broken-templates.ts';
import { synthesized } from '../support/synthesized.ts';

const JWT = { authorization: 'jwt', jwtIssuer: 'https://login.example.com/', jwtAudience: 'captions-api' };
const IN_BUCKET = `s3://my-models/large/v1@sha256:${'a'.repeat(64)}`;

/** The right template that a broken one is made of. */
export const rightTemplate = ({ gpu = false, cpu = false, jwt = false, bucket = false }: BrokenTemplate): Template =>
  synthesized({
    ...((gpu || cpu) && { gpu: 'spot' }),
    ...(cpu && { workerOn: 'cpu' }),
    ...(jwt && JWT),
    ...(bucket && { workerModel: IN_BUCKET }),
  });

/** What the check says of a broken template: nothing when it does not notice. */
export const noticed = (broken: BrokenTemplate): string[] => {
  const template = rightTemplate(broken);
  broken.break(template);
  return checkTemplate(template);
};

const main = (): void => {
  const results = BROKEN.map((broken) => ({ name: broken.name, lines: noticed(broken) }));
  for (const { name, lines } of results) console.log(`${lines.length > 0 ? 'caught' : 'MISSED'}  ${name}: ${lines[0] ?? ''}`);
  const caught = results.filter(({ lines }) => lines.length > 0).length;
  console.log(`figure 27: ${caught} of ${results.length} broken templates caught`);
  process.exitCode = caught === results.length ? 0 : 1;
};

if (import.meta.main) main();
