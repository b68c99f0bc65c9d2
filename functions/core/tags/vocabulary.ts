// The controlled vocabulary of tags: the terms that may be said, the words that mean them, and the shop's own name for each. Words that are
// not in it are dropped, or become "other". docs/tags.md.
import * as z from 'zod';
import { ConfigError } from '../errors.ts';
import { singularOf } from '../text/words.ts';
import shipped from './vocabulary.json' with { type: 'json' };

/** What a term is a word for. */
export const TERM_KINDS = [
  'thing',
  'product',
  'person',
  'animal',
  'food',
  'plant',
  'colour',
  'material',
  'pattern',
  'property',
  'scene',
  'activity',
] as const;

/** An entry of `TERM_KINDS`. */
export type TermKind = (typeof TERM_KINDS)[number];

/** Longest term or synonym, in UTF-16 units. */
const MAX_WORDS = 60;

/** Most terms of a vocabulary. */
const MAX_TERMS = 20_000;

/** Most tags that a vocabulary can ask for. */
const MAX_TAGS = 100;

const words = z.string().trim().min(1).max(MAX_WORDS);

const term = z.strictObject({
  name: words,
  kind: z.enum(TERM_KINDS),
  synonyms: z.array(words).optional(),
  /** the shop's own name or path of it */
  taxonomy: z.string().min(1).max(500).optional(),
});

const vocabularySchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** tags below this probability are left out */
  atLeast: z.number().min(0).max(1),
  /** most tags of a picture */
  most: z.int().min(1).max(MAX_TAGS),
  /** what becomes of what was found and has no term */
  unknown: z.enum(['drop', 'other']),
  terms: z.array(term).min(1).max(MAX_TERMS),
});

/** A term that tags can name. */
export type Term = z.output<typeof term>;

/** A checked vocabulary. */
export type Vocabulary = Pick<z.output<typeof vocabularySchema>, 'atLeast' | 'most' | 'unknown'> & {
  /** by every form; more than one where a word is a colour and something else, too */
  forms: ReadonlyMap<string, readonly Term[]>;
  /** words of the longest form */
  longest: number;
};

/** The form under which words are looked up: lower case, single spaces, the last word in singular. */
export const formOf = (said: string): string => {
  const parts = said
    .trim()
    .toLowerCase()
    .split(/[\s_]+/);
  return [...parts.slice(0, -1), singularOf(parts.at(-1) ?? '')].join(' ');
};

const refuse = (where: string, what: string): ConfigError => new ConfigError(`${where}: expected a vocabulary of tags but ${what}`);

const isColourTerm = ({ kind }: Term): boolean => kind === 'colour';

/** @throws ConfigError when words stand for two terms, unless one of them is a colour: "orange" */
const formsOf = (terms: readonly Term[], where: string): Map<string, readonly Term[]> => {
  const forms = new Map<string, readonly Term[]>();
  for (const one of terms) {
    for (const form of new Set([one.name, ...(one.synonyms ?? [])].map(formOf))) {
      const others = forms.get(form) ?? [];
      const rival = others.find((other) => isColourTerm(other) === isColourTerm(one));
      if (rival !== undefined) throw refuse(where, `"${form}" stands for ${rival.name} and for ${one.name}`);
      forms.set(form, [...others, one]);
    }
  }
  return forms;
};

/**
 * A vocabulary from the JSON of its file.
 * @param where names the file or setting, for messages
 * @throws ConfigError naming the first three problems, or the two terms that claim the same words
 */
export const vocabularyFrom = (json: unknown, where: string): Vocabulary => {
  const checked = vocabularySchema.safeParse(json);
  if (!checked.success) {
    const problems = checked.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || '(whole)'} ${message}`);
    throw refuse(where, problems.join('; '));
  }
  const { terms, ...rules } = checked.data;
  const forms = formsOf(terms, where);
  return { ...rules, forms, longest: Math.max(...[...forms.keys()].map((form) => form.split(' ').length)) };
};

/** The term of words: the colour where one is meant, else anything else that they stand for. */
export const termOf = ({ forms }: Vocabulary, said: string, meant: 'colour' | 'thing'): Term | undefined => {
  const terms = forms.get(formOf(said)) ?? [];
  return terms.find(({ kind }) => (kind === 'colour') === (meant === 'colour')) ?? (meant === 'thing' ? terms[0] : undefined);
};

/** The vocabulary that is used where no other is set. */
export const SHIPPED_VOCABULARY: Vocabulary = vocabularyFrom(shipped, 'vocabulary.json');
