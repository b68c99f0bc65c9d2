// What the models command prints.
import type { Tier } from '../../core/models/context-models.ts';
import { NO_LICENCE } from '../../core/models/licence.ts';
import type { ListedPackage, Verified } from '../../core/models/models-packages.ts';
import type { Pulled } from '../../core/models/models-pull.ts';

const MB = 1_000_000;
const COMMIT_SHOWN = 12;
const MANY_STYLES = 3;

const inMb = (bytes: number): string => (bytes < MB ? '< 1 MB' : `${Math.round(bytes / MB)} MB`);

/** Columns to the left, as wide as their widest cell. */
const table = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const stylesOf = (styles: readonly string[]): string =>
  styles.length <= MANY_STYLES ? styles.join(', ') : `${styles.slice(0, MANY_STYLES).join(', ')} and ${styles.length - MANY_STYLES} more`;

const row = ({ name, place, summary, tiers }: ListedPackage): string[] => {
  if (summary === undefined) return [name, 'its manifest cannot be read: verify tells why', '', '', '', tiers.join(', ')];
  const { version, repository, revision = '', dtype, bytes, styles, stage } = summary;
  const source = repository === undefined ? `this checkout (${place})` : `${repository}@${revision.slice(0, COMMIT_SHOWN)}`;
  const called = summary.name === name ? '' : ` (${summary.name})`;
  return [
    `${name}@${version}${called}`,
    source,
    dtype,
    inMb(bytes),
    stage === undefined ? stylesOf(styles) : `stage ${stage}`,
    tiers.join(', '),
  ];
};

/** One line for each package. */
export const listLines = (packages: readonly ListedPackage[]): string[] =>
  table([['package', 'source', 'numbers', 'size', 'styles', 'used by'], ...packages.map(row)]);

/** For programs. */
export const listJson = (packages: readonly ListedPackage[]): string =>
  JSON.stringify(packages.map(({ name, place, tiers, summary }) => ({ ...summary, name, place, tiers, readable: summary !== undefined })));

/** What became of each check. */
export const verifyLines = (verified: readonly Verified[]): string[] =>
  verified.map(({ name, summary, refused }) => {
    if (refused !== undefined) return `${name}: ${refused}`;
    return summary === undefined
      ? `${name}: is as its digests say`
      : `${name}@${summary.version}: every byte of ${summary.files} files is as its digests say`;
  });

/** For programs. */
export const verifyJson = (verified: readonly Verified[]): string =>
  JSON.stringify(
    verified.map(({ name, place, refused }) => ({ name, place, ok: refused === undefined, ...(refused !== undefined && { refused }) })),
  );

const licenceLine = (licence: string): string =>
  licence === NO_LICENCE
    ? 'licence: the repository names none; ask its authors before you use or pass on the weights'
    : `licence: ${licence}, as the repository says; the weights are your choice and stay under it`;

/** As a shell takes it. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

/** What was pulled, and what can be done with it. */
export const pulledLines = ({ name, version, folder, repository, revision, dtype, licence, pin, from, sources }: Pulled): string[] => [
  `${name}@${version} (${dtype}) is in ${folder}`,
  licenceLine(licence),
  `pin: ${pin}`,
  ...(sources === undefined ? [] : [`source files with SHA256SUMS: ${sources}`]),
  `the same again, checked:  npm run models -- pull ${repository}@${revision} --dtype ${dtype} --name ${name}${from === undefined ? '' : ` --from ${quoted(from)}`} --pin ${pin}`,
  `caption a photo with it:  npm run caption -- PHOTO --model ${name}`,
  `refine captions with it:  npm run models -- use ${name} --tier worker`,
];

/** For programs. */
export const pulledJson = (pulled: Pulled): string => JSON.stringify(pulled);

const NEXT: Readonly<Record<Tier, (name: string) => string>> = {
  upload: (name) => `on this machine:  npm start -- --model ${name}`,
  worker: (name) => `on this machine:  npm start -- --worker-model ${name}`,
};

/** What was changed in cdk.json, and what to run next. */
export const useLines = (name: string, tier: Tier, before: string | undefined): string[] => [
  before === name
    ? `cdk.json names ${name} as model of the ${tier} already`
    : `cdk.json: model of the ${tier} is ${name} (was ${before ?? 'not set'})`,
  NEXT[tier](name),
  'on AWS:           npx cdk deploy',
];
