// How the values of a product's attributes are said: "with an animal print" and not ", animal"; "fitted" and not "fitted fit".
import type { Attribute } from '../facts/facts.ts';
import { hasPhrase } from './words.ts';

type Said = Readonly<Record<string, string>>;

/** After a label: "Pattern: animal print." */
const LABELLED: Partial<Record<Attribute, Said>> = {
  pattern: { animal: 'animal print', graphic: 'graphic print', colourblock: 'blocks of colour' },
  material: { knit: 'knitted fabric' },
  fit: { fitted: 'close' },
};

/** Behind the product's name: "a t-shirt, with a graphic print". */
const BEHIND: Partial<Record<Attribute, Said>> = {
  pattern: {
    animal: 'with an animal print',
    graphic: 'with a graphic print',
    floral: 'with a floral pattern',
    colourblock: 'in blocks of colour',
    'tie-dye': 'tie-dyed',
  },
  fit: { fitted: 'fitted', slim: 'slim fit', loose: 'loose fit' },
};

/** Other words by which a sentence says the same already. */
const SAME: Partial<Record<Attribute, Said>> = {
  pattern: {
    animal: 'leopard zebra tiger snakeskin',
    graphic: 'print printed picture logo cartoon lettering',
    printed: 'print graphic pattern patterned floral',
    floral: 'flower flowered flowery',
    striped: 'stripe',
    checked: 'check checkered chequered plaid tartan gingham',
    dotted: 'dot polka spotted',
    embroidered: 'embroidery',
    colourblock: 'block',
    'tie-dye': 'dyed',
  },
  material: { knit: 'knitted woollen', denim: 'jean', straw: 'wicker', metal: 'steel gold silver' },
  fit: { fitted: 'tight', loose: 'baggy' },
};

const said = (words: Partial<Record<Attribute, Said>>, attribute: Attribute, value: string): string => {
  const known = words[attribute];
  return known !== undefined && Object.hasOwn(known, value) ? (known[value] ?? value) : value;
};

/** The value as it is said after the attribute's label and a colon. */
export const labelledValue = (attribute: Attribute, value: string): string => said(LABELLED, attribute, value);

/** The value as it is said behind the product's name and a comma, or by itself. */
export const valueBehind = (attribute: Attribute, value: string): string => said(BEHIND, attribute, value);

/** Whether a text says the value, in its own word or in another one for it. */
export const isValueSaid = (text: string, attribute: Attribute, value: string): boolean =>
  [value, ...said(SAME, attribute, value).split(' ')].some((word) => hasPhrase(text, word));
