// "A person and a person" is what is left of "a man and a woman": it becomes "two people".
import { sentencesOf } from './clauses.ts';
import { capitalised } from './letters.ts';

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** The number as text writes it: a word up to twelve, then digits. */
export const numberWord = (count: number): string => NUMBERS[count] ?? String(count);

const COUNT = 'an?|another|one|two|three|four|five|six|seven|eight|nine|ten';
const KINDS = [
  { one: 'person', many: 'people' },
  { one: 'child', many: 'children' },
  { one: 'parent', many: 'parents' },
  { one: 'sibling', many: 'siblings' },
  { one: 'grandparent', many: 'grandparents' },
] as const;

const countOf = (word: string): number => Math.max(1, NUMBERS.indexOf(word.toLowerCase()));

type Kind = (typeof KINDS)[number];

const mergeKind = (text: string, kind: Kind): string => {
  const { one, many } = kind;
  const some = `(?:${one}|${many})`;
  const pair = new RegExp(`(?<![\\p{L}-])(${COUNT}) ${some}(?:,? and|,) (?:(${COUNT}) )?${some}(?![\\p{L}'’-])`, 'iu');
  const found = pair.exec(text);
  if (found === null)
    return text
      .replace(new RegExp(`(?<![\\p{L}-])${many} and ${many}(?![\\p{L}-])`, 'giu'), (all) => all.slice(0, many.length))
      .replace(new RegExp(`(?<![\\p{L}-])${one} and ${one}(?![\\p{L}'’-])`, 'giu'), (all) =>
        /^\p{Lu}/u.test(all) ? capitalised(`two ${many}`) : `two ${many}`,
      )
      .replace(
        new RegExp(`(?<![\\p{L}-])the ${one} and the ${one}(?![\\p{L}'’-])`, 'giu'),
        (all) => `${all.slice(0, 'the'.length)} two ${many}`,
      );
  const [all, left = '', right = 'a'] = found;
  const sum = `${numberWord(countOf(left) + countOf(right))} ${many}`;
  return mergeKind(text.replace(all, /^\p{Lu}/u.test(all) ? capitalised(sum) : sum), kind);
};

/** "A person with a person" speaks of one, and then of another. */
const tellApart = (sentence: string): string =>
  KINDS.reduce((text, { one }) => {
    let isFirst = true;
    return text.replace(new RegExp(`(?<![\\p{L}-])a ${one}(?![\\p{L}'’-])`, 'giu'), (said) => {
      const told = isFirst ? said : `another ${one}`;
      isFirst = false;
      return told;
    });
  }, sentence);

/** The text with neighbouring counts of people, or of children, added up, and with those told apart that are not neighbours. */
export const mergePeople = (text: string): string => sentencesOf(KINDS.reduce(mergeKind, text)).map(tellApart).join(' ');
