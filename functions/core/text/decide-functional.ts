// Question 2 of the W3C WAI alt decision tree: a picture that is the content of a link or button. What that does cannot be seen in it.

import type { AltBranch } from './branches.ts';
import { describe, personsWords, readWords } from './decide-informative.ts';
import { type Destination, destinationOf } from './destination.ts';
import { continued } from './letters.ts';
import { isLogo, logoName } from './logo.ts';
import { isImageOfText, joinedLines } from './picture-text.ts';
import { productName } from './product-words.ts';
import type { Decision, Said, Situation } from './situation.ts';
import { isPersons } from './usable-texts.ts';
import { hasPhrase } from './words.ts';

const given = (text: string, lang?: string): Said => ({ text, ...(lang !== undefined && { lang }), whole: true });

/** The text that people see on it, where it is what the picture is about. */
const visibleText = ({ lines, seen }: Situation): string => (isImageOfText(lines, seen) ? joinedLines(lines) : '');

/** The caller's words; what people see on it comes first, so that they can say it to their computer (WCAG 2.5.3, Label in Name). */
const fromContext = (context: string, visible: string): Said =>
  given(visible === '' || hasPhrase(context, visible) ? context : `${visible}: ${context}`);

const fromLogo = (name: string, destination: Destination | undefined): Said => {
  if (destination?.kind === 'home') return given(`${name} home`);
  return given(destination?.kind === 'words' ? `${name}: ${destination.words}` : name);
};

const largerPicture = (situation: Situation): Said => {
  const { said } = describe({ ...situation, lines: [], context: '' });
  if (said === undefined) return given('Larger picture', 'en');
  return { ...said, text: `Larger picture: ${continued(said.text)}` };
};

const fromAddress = (situation: Situation, destination: Destination): Said => {
  if (destination.kind === 'picture') return largerPicture(situation);
  if (destination.kind === 'words') return given(destination.words);
  return destination.site === undefined ? given('Home', 'en') : given(destination.site);
};

/** From the surest source to the weakest: the page, a person, the picture's text, the shop, the address. */
const functionOf = (situation: Situation): Said | undefined => {
  const { context, text, record, use, seen, lines } = situation;
  const visible = visibleText(situation);
  if (context !== '') return fromContext(context, visible);
  if (text !== undefined && text.text !== '' && isPersons(text)) return personsWords(text);
  const destination = use.href === undefined ? undefined : destinationOf(use.href);
  const logo = isLogo(record, seen) ? logoName(record, lines) : undefined;
  if (logo !== undefined) return fromLogo(logo, destination);
  if (visible !== '') return readWords(situation);
  const product = productName(record);
  if (product !== undefined) return given(product);
  return destination === undefined ? undefined : fromAddress(situation, destination);
};

/** The function of a link or button; where nobody has told it, what the picture shows, which is better than no name at all (WCAG 4.1.2). */
export const decideFunctional = (situation: Situation): Decision => {
  const said = functionOf(situation);
  if (said === undefined) return { ...describe({ ...situation, lines: [] }), branch: 'unclear' };
  const branch: AltBranch = visibleText(situation) === '' ? 'functional' : 'text-function';
  return { branch, said };
};
