// npm run reliability [-- NAME...]: measures the promised figures, one script after the other, and lists which hold. Figures that stand in
// unit tests alone are not here. What ran and how it ended is also in .local/reliability.json.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Scripts of this folder by name, and the promises they measure, in the order of their cost. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'stale-writer': '7',
  poison: '14',
  authorization: '22',
  'edit-histories': 'machine over human',
  deletes: '25',
  'broken-stacks': '27',
  'api-fuzz': '21, 23',
  'page-fuzz': '21',
  'own-writes': '26',
  'deletes-service': '25',
  'hostile-keys': '20',
  events: '6',
  redrive: '15',
  'worker-drain': '10',
  'worker-kill': '8',
  'model-swap': '29',
  'models-pull': '30',
  'service-kill': '8, 9',
};

const MS_PER_S = 1000;
const REPORT_FOLDER = '.local';
const KEPT_LINES = 6;
const KEPT_CHARACTERS = 10_000;

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in SCRIPTS));
if (unknown.length > 0) {
  process.stderr.write(`Expected names out of ${Object.keys(SCRIPTS).join(', ')} but received ${unknown.join(', ')}\n`);
  process.exit(2);
}

type Result = { name: string; figure: string; holds: boolean; seconds: number; lastLines: string };

/** One script, whose words are shown as they come; the last of them are kept for the summary of .ci/run. */
const measured = async (name: string, figure: string): Promise<Result> => {
  const began = performance.now();
  process.stdout.write(`\n--- ${name} (figure ${figure})\n`);
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['inherit', 'pipe', 'pipe'] });
  let said = '';
  for (const [from, to] of [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const])
    from.on('data', (part: Buffer) => {
      to.write(part);
      said = (said + part).slice(-KEPT_CHARACTERS);
    });
  const [status] = await once(child, 'close');
  const lastLines = said.trimEnd().split('\n').slice(-KEPT_LINES).join('\n');
  return { name, figure, holds: status === 0, seconds: Math.round((performance.now() - began) / MS_PER_S), lastLines };
};

const results: Result[] = [];
for (const [name, figure] of Object.entries(SCRIPTS))
  if (chosen.length === 0 || chosen.includes(name)) results.push(await measured(name, figure));

process.stdout.write('\n');
for (const { name, figure, holds, seconds } of results)
  process.stdout.write(`${holds ? 'holds ' : 'MISSED'}  figure ${figure.padEnd(6)} ${name.padEnd(16)} ${seconds} s\n`);
mkdirSync(REPORT_FOLDER, { recursive: true });
writeFileSync(`${REPORT_FOLDER}/reliability.json`, JSON.stringify(results));
process.exitCode = results.every(({ holds }) => holds) ? 0 : 1;
