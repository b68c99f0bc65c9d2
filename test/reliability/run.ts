// npm run reliability [-- NAME...]: measures the promised figures, one script after the other, and lists which hold. Figures that stand in
// unit tests alone are not here. What ran and how it ended is also in .local/reliability.json.
import { spawnSync } from 'node:child_process';
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

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in SCRIPTS));
if (unknown.length > 0) {
  process.stderr.write(`Expected names out of ${Object.keys(SCRIPTS).join(', ')} but received ${unknown.join(', ')}\n`);
  process.exit(2);
}

const results = Object.entries(SCRIPTS)
  .filter(([name]) => chosen.length === 0 || chosen.includes(name))
  .map(([name, figure]) => {
    const began = performance.now();
    process.stdout.write(`\n--- ${name} (figure ${figure})\n`);
    const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))], { stdio: 'inherit' });
    return { name, figure, holds: status === 0, seconds: Math.round((performance.now() - began) / MS_PER_S) };
  });

process.stdout.write('\n');
for (const { name, figure, holds, seconds } of results)
  process.stdout.write(`${holds ? 'holds ' : 'MISSED'}  figure ${figure.padEnd(6)} ${name.padEnd(16)} ${seconds} s\n`);
mkdirSync(REPORT_FOLDER, { recursive: true });
writeFileSync(`${REPORT_FOLDER}/reliability.json`, JSON.stringify(results));
process.exitCode = results.every(({ holds }) => holds) ? 0 : 1;
