// The licence that a repository's README.md names in its front matter.

const FRONT_MATTER = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/;
const MAX_CHARACTERS = 100;

/** What is shown when nothing is named. */
export const NO_LICENCE = 'none named';

const entryOf = (matter: string, key: string): string | undefined => {
  const [, value = ''] = new RegExp(`^${key}:[ \\t]*(.*)$`, 'm').exec(matter) ?? [];
  const plain = value.replace(/^(["'])(.*)\1\s*$/, '$2').trim();
  return plain === '' || plain.length > MAX_CHARACTERS ? undefined : plain;
};

/** An identifier such as apache-2.0, the name of a licence of its own, or `NO_LICENCE`. */
export const licenceOf = (readme: string): string => {
  const [, matter = ''] = FRONT_MATTER.exec(readme) ?? [];
  const licence = entryOf(matter, 'license');
  if (licence === 'other') return entryOf(matter, 'license_name') ?? licence;
  return licence ?? NO_LICENCE;
};
