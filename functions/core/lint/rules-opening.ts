// Words about the picture as a thing, instead of what it shows or does: "photo of", credits, links, "click here".
import type { LintAbout, LintRule } from './rule.ts';
import { isControl } from './rules-empty.ts';

const KIND = '(?:image|photo|photograph|picture|pic|graphic|snapshot)s?';
const WHICH = '(?:close[- ]up|stock|colou?r|royalty-free|featured|main|nice|beautiful|amazing|great)';

/** "Photo of the Year" is a prize. */
const OPENING = new RegExp(
  `^(?:(?:this|here) is )?(?:(?:an?|the|this|my|our) )?(?:${WHICH} )?${KIND} (?:of (?!the (?:year|month|week|day|decade|century)\\b)|showing |shows |depicts |depicting |displaying |displays |features |featuring )(?=\\S)`,
  'i',
);
/** Such as The Picture of Dorian Gray. */
const TITLE_OF_A_WORK = /^The (?:Picture|Photograph|Image)/;
const INSIDE = new RegExp(`^(?:in|on) (?:this|the) ${KIND}(?:,| we (?:can )?see| (?:you|one) can see| there (?:is|are))\\s*(?=\\S)`, 'i');
const LABEL = /^(?:pictured(?: (?:is|are|here))?|(?:image|picture|img)(?= ?:))\s?:?\s+(?=\S)|^(?:image|picture|img) ?:\s*(?=\S)/i;

const opening = (said: string): RegExp | undefined =>
  TITLE_OF_A_WORK.test(said) ? undefined : [OPENING, INSIDE, LABEL].find((pattern) => pattern.test(said));

/** Without the opening; the next word begins the sentence. */
const withoutOpening = (said: string): string => {
  const pattern = opening(said);
  if (pattern === undefined) return said;
  const rest = said.replace(pattern, '');
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
};

const OPENINGS_TRANSLATED = [
  /^(?:ein |das |dieses )?(?:bild|foto|fotografie|grafik|abbildung)s? (?:von|vom|eines|einer|zeigt)\b/i,
  /^(?:une |la |cette )?(?:photo|image|photographie) (?:de |du |des |d['’]|montrant |montre )(?!classe|famille|groupe|mariage|couverture)/i,
  /^(?:una |la |esta )?(?:imagen|foto|fotograf[ií]a|imagem|immagine) (?:de |del |di |del |della |do |da |que muestra |che mostra )(?!la virgen|nuestra|san|cristo|familia|grupo|gruppo|famiglia|classe|clase|perfil|boda|portada)/i,
  /^(?:een |de )?(?:afbeelding|foto) van\b/i,
];

const CREDITS = [
  /\b(?:[Pp]hoto|[Ff]oto|[Pp]icture|[Ii]mage|[Pp]hotograph)s?(?: by|:) ?\p{Lu}\p{L}+ \p{Lu}|\b(?:[Pp]hoto|[Pp]icture|[Pp]hotograph)s? by \p{Lu}/u,
  /\b(?:photo|picture|image)s? (?:credit|courtesy)\b/i,
  /\((?:photo|foto|picture|image|bild|quelle|source|credit)s?: ?[^()]+\)/i,
  /\bcredits?:|\bcourtesy of\b|©|\ball rights reserved\b|\bcopyright (?:\d{4}|by|©|\(c\))/i,
  /\b(?:getty ?images|shutterstock|istock(?:photo)?|adobe ?stock|unsplash|pexels|pixabay|alamy|dreamstime|depositphotos)(?:\b|_)/i,
];

const CLICK =
  /\bclick (?:here|to|on|for|the|this|image|photo|picture)\b|(?:^|[.,;–-] )tap (?:here|to|on)\b|\bklicken\b|\bcliquez\b|\b(?:haga|haz) clic\b|\bclicca(?:re)? (?:qui|per)\b|\bklik hier\b/i;

const CONTROL_WORD = /^(?:link|button)\b(?: to)?[: ]|[ -](?:link|button|icon|symbol)\.?$/i;
const LINK_TO = /^link to\b/i;

const LOGO_OF = /^(?:(?:the|an?|our|das|le|el|il|official|company) )*logo(?::| (?:of|for|von|vom|der|des|de|du|del|di)\b)/i;
const LOGO_LAST = /[\p{L}\p{N}] logo\.?$/iu;

const ADDRESS = /\b(?:https?|ftp):\/\/\S|\bwww\.[\w-]+\.\w|(?<![\w@.-])(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}\/[a-z\d]/i;

/** Each with the words that are meant. */
const SHORT_FORMS: readonly (readonly [RegExp, string])[] = [
  [/(?<=^|\s)w\/o(?=\s)/gi, 'without'],
  [/(?<=^|\s)w\/(?=\s)/gi, 'with'],
  [/(?<=^|\s)b\/w(?=\s)/gi, 'black and white'],
  [/(?<=^|\s)pics(?= (?:of|from)\b)/gi, 'pictures'],
  [/(?<=^|\s)pic(?= (?:of|from)\b)/gi, 'picture'],
];

const inFull = (text: string): string => SHORT_FORMS.reduce((words, [short, full]) => words.replace(short, full), text);

const isOfControl = ({ usage }: LintAbout): boolean => isControl(usage);

/** Rules about words that are not about what is shown. */
export const OPENING_RULES: readonly LintRule[] = [
  {
    id: 'shorthand',
    severity: 'warning',
    why: 'Notes such as "w/" are read as "w slash".',
    fix: 'Write the words in full.',
    source: 'WCAG 2.2 SC 3.1.4, G97',
    hit: ({ said }) => inFull(said) !== said,
    tidy: inFull,
  },
  {
    id: 'image-of',
    severity: 'warning',
    why: 'A screen reader has already said that this is a picture.',
    fix: 'Begin with what is shown. Name the kind only where it matters: map, drawing, screenshot.',
    source: 'W3C WAI images tutorial, tips; house style',
    hit: ({ said }) => opening(said) !== undefined,
    tidy: withoutOpening,
  },
  {
    id: 'image-of-translated',
    severity: 'warning',
    why: 'A screen reader has already said that this is a picture, in the language of its user.',
    fix: 'Begin with what is shown.',
    source: 'W3C WAI images tutorial, tips; house style',
    hit: ({ said }) => OPENINGS_TRANSLATED.some((pattern) => pattern.test(said)),
  },
  {
    id: 'logo-of',
    severity: 'warning',
    why: 'The name alone is what a logo says.',
    fix: 'Write the name, or where the link leads.',
    source: 'W3C WAI images tutorial, functional images; house style',
    hit: ({ said }, { usage }) => LOGO_OF.test(said) || (isControl(usage) && LOGO_LAST.test(said)),
  },
  {
    id: 'credit',
    severity: 'warning',
    why: 'Who made or owns the picture is for everyone to read, and hides what is shown.',
    fix: 'Put the credit into the visible caption and into the metadata (photoshop:Credit, dc:rights).',
    source: 'IPTC Photo Metadata 2025.1: alternatives describe, credits have fields of their own',
    hit: ({ said }) => CREDITS.some((pattern) => pattern.test(said)),
  },
  {
    id: 'click-here',
    severity: 'warning',
    why: 'It tells how to use a mouse, not where the link leads.',
    fix: 'Name the destination or the action.',
    source: 'WCAG 2.2 F84, G91, H30',
    hit: ({ said }) => CLICK.test(said),
  },
  {
    id: 'control-word',
    severity: 'warning',
    why: 'The role is announced already: "link, Facebook link".',
    fix: 'Name the destination or the action alone.',
    source: 'W3C WAI images tutorial, functional images; WCAG 2.2 H30',
    hit: ({ said }, about) => LINK_TO.test(said) || (isOfControl(about) && CONTROL_WORD.test(said)),
  },
  {
    id: 'url',
    severity: 'warning',
    why: 'An address is spelled out sign by sign.',
    fix: 'Name the page; if the address can be read in the picture, quote it.',
    source: 'WCAG 2.2 F30; house style: text seen is quoted',
    hit: ({ said }) => ADDRESS.test(said),
  },
];
