// What a pull is asked for: OWNER/NAME@REVISION, and the name that the package gets here.
import { UsageError } from '../errors.ts';

/** A repository of the hub at a commit, tag or branch. */
export type ModelReference = { repository: string; revision: string };

const SEGMENT = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_-])?';
const REFERENCE = new RegExp(`^(${SEGMENT}(?:/${SEGMENT})?)@([A-Za-z0-9][A-Za-z0-9._/-]{0,200})$`);
const COMMIT = /^[0-9a-f]{40}$/;
const COMMIT_SHOWN = 12;
const PIN_SHOWN = 8;
const USUAL_DTYPE = 'fp32';

/** Names as cdk.json takes them. */
const PACKAGE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** The folder of pulled packages is in the folder of all packages. */
const RESERVED = 'pulled';

/** @throws UsageError */
export const parseReference = (text: string): ModelReference => {
  const [, repository = '', revision = ''] = REFERENCE.exec(text) ?? [];
  if (repository !== '' && !`${repository}/${revision}`.includes('..')) return { repository, revision };
  const example = text.includes('@') ? 'OWNER/NAME@REVISION' : `${text}@main, or better @ and a commit`;
  throw new UsageError(`Expected a repository with a revision (${example}) but received "${text}"`);
};

/** The package's name: as asked, else the repository's in lower case. @throws UsageError */
export const packageNameOf = ({ repository }: ModelReference, asked: string | undefined): string => {
  const name = asked ?? repository.toLowerCase().replace(/^.*\//, '');
  if (PACKAGE_NAME.test(name) && name !== RESERVED) return name;
  throw new UsageError(
    `Expected a name of a-z 0-9 . _ - (at most 64 characters, not "${RESERVED}") but received "${name}": choose one by --name`,
  );
};

/** Which weights these are: files at a revision, known by their pin, in numbers of a kind. */
export type Weights = { revision: string; dtype: string; pin: string };

/**
 * The version of the package, which stands for one set of weights. A commit is shortened; a tag or branch stays, without slashes, and gets the
 * beginning of the pin, because it may mean other files tomorrow.
 */
export const versionOf = ({ revision, dtype, pin }: Weights): string => {
  const files = COMMIT.test(revision) ? revision.slice(0, COMMIT_SHOWN) : `${revision.replaceAll('/', '-')}-${pin.slice(0, PIN_SHOWN)}`;
  return dtype === USUAL_DTYPE ? files : `${files}-${dtype}`;
};
