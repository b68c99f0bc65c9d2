// The card of a converted package: where it comes from, under which licence, and every file with its digest.
import { NO_LICENCE } from './licence.ts';
import type { ModelReference } from './model-reference.ts';
import type { CheckedFile } from './source-listing.ts';

/** What a card tells. */
export type CardFacts = {
  name: string;
  reference: ModelReference;
  commit: string;
  licence: string;
  layout: string;
  dtype: string;
  pin: string;
  sources: readonly CheckedFile[];
  files: readonly CheckedFile[];
};

const rows = (files: readonly CheckedFile[]): string[] => [
  '| file | bytes | sha256 |',
  '| --- | ---: | --- |',
  ...files.map(({ path, bytes, sha256 }) => `| ${path} | ${bytes} | ${sha256} |`),
];

/** The card, as markdown. */
export const modelCard = ({ name, reference, commit, licence, layout, dtype, pin, sources, files }: CardFacts): string =>
  [
    `# ${name}`,
    '',
    `Converted from the repository ${reference.repository}, asked for as ${reference.revision}, commit ${commit}. Layout: ${layout}; numbers: ${dtype}.`,
    '',
    `Licence that the repository names: ${licence}. The weights were chosen by whoever pulled them and stay under the licence of their`,
    'authors; they are no part of this project, which neither trained nor checked them. Read the licence before you use or pass them on.',
    ...(licence === NO_LICENCE ? ['Without a licence you have no right to use them beyond what the law allows: ask the authors.'] : []),
    '',
    '## Source files',
    ...rows(sources),
    '',
    `SHA-256 of this listing as sha256sum writes it (\`--pin\`): ${pin}`,
    '',
    '## Files of this package',
    ...rows(files),
    '',
    'Captions of large models are fluent also where they are wrong; confidences of converted packages are not calibrated.',
    '',
  ].join('\n');
