// npx node test/bench/rules.ts FOLDER [PICTURES] [PACK]: what comes of each rule that is about files and pixels, on pictures of a folder.
// Texts, things, marks and duplicates are not looked for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from '../../functions/core/rules/judge.ts';
import { limitWords } from '../../functions/core/rules/rule-words.ts';
import { rulePacks } from '../../infra/rule-packs.ts';
import { known } from '../support/constructed-pictures.ts';

const [folder = 'test/fixtures/photos', most = '200', name = 'amazon-main'] = process.argv.slice(2);
const pack = rulePacks().find((one) => one.name === name);
if (pack === undefined) throw new Error(`there is no rule pack ${name}`);

const files = readdirSync(folder).filter((file) => /\.(jpe?g|png|webp|gif|avif|tiff?)$/i.test(file));
const step = Math.max(1, Math.floor(files.length / Number(most)));
const chosen = files.filter((_, at) => at % step === 0).slice(0, Number(most));
const counts = new Map<string, { pass: number; fail: number; unknown: number }>();
for (const file of chosen) {
  const subject = await known(readFileSync(join(folder, file)), file);
  for (const verdict of judge(subject, pack)) {
    const rule = `${verdict.check} ${limitWords(verdict) ?? ''}`.trim();
    const count = counts.get(rule) ?? { pass: 0, fail: 0, unknown: 0 };
    count[verdict.result] += 1;
    counts.set(rule, count);
  }
}
console.log(`${pack.name} on ${chosen.length} pictures`);
console.table(Object.fromEntries(counts));
