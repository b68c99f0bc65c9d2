// Texts that name the file or the slot instead of the picture: WCAG failures F30 (not an alternative) and F39 (not empty, although decorative).
import type { LintRule } from './rule.ts';
import { isControl } from './rules-empty.ts';

const IMAGE_FILE = /[^\s/\\]\.(?:jpe?g|jfif|png|gif|webp|avif|svg|tiff?|bmp|heic|ico|psd)$/i;
const CAMERA_FILE = /^(?:img|dsc[fn]?|pxl|mvimg|pict|sam|gopr|dji|vid|image|photo)[-_ ]?\d{3,}|^p\d{6,}$|^img-\d+-wa\d+/i;
const CAPTURE_FILE = /^(?:whatsapp image|screen ?shot|bildschirmfoto|capture d.écran|captura de pantalla) \d{4}-\d\d-\d\d/i;
const SLUG_WITH_UNDERSCORES = /^[\w.-]*[a-z\d]_[a-z\d][\w.-]*$/i;
const NUMBERED_SLUG = /^[a-z]+(?:-[a-z\d]+)+-(?:v?\d+|final|copy|new)$/;
const SLOT_SLUG = /^(?:hero|banner|img|image|photo|pic|product|thumb|thumbnail|icon|bg|background|slide|header|footer|featured)[-_][\w-]+$/;
const DIGEST = /^(?:[\da-f]{16,}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
const FILE_NAMES = [IMAGE_FILE, CAMERA_FILE, CAPTURE_FILE, SLUG_WITH_UNDERSCORES, NUMBERED_SLUG, SLOT_SLUG, DIGEST];

const LAST_PART = /[^/\\]+$/;
const EXTENSION = /\.[^.]+$/;

/** Whether the text is the name of the file as somebody has typed it for a computer: with hyphens, in lower case. */
const isNameOf = (text: string, fileName = ''): boolean => {
  const stem = (LAST_PART.exec(fileName)?.[0] ?? '').replace(EXTENSION, '');
  return stem === text && /[-_\d]/.test(text) && text === text.toLowerCase();
};

const PLACEHOLDERS = new Set(
  [
    'image images img picture pictures pic photo photos photograph graphic graphics thumbnail thumb icon logo banner avatar alt caption description',
    'unbenannt',
    'untitled placeholder null undefined none todo tbd na nan test text title',
    'bild bilder foto fotos grafik abbildung symbolbild platzhalter imagen imagem immagine afbeelding obrazek',
  ]
    .join(' ')
    .split(' '),
);
const KIND = '(?:image|img|photo|photograph|picture|pic|graphic|thumbnail|banner|icon|avatar|illustration|slide)';
const SLOT =
  '(?:featured?|article|blog|post|blog post|product|hero|header|cover|main|user|profile|default|sample|stock|placeholder|gallery|card|news|team|company|random|new|my|our|the|this|an?|website|page)';
const SLOT_IMAGE = new RegExp(`^${SLOT}(?: ${SLOT})? ${KIND}$`);
const PHRASES =
  /^(?:alt(?:ernative)?[ -]?text|(?:insert|enter|add|your) .*\balt(?:ernative)? text\b.*|image (?:description|caption|alt|title|here|placeholder|not found)|n\/a|no (?:image|photo|title)|lorem ipsum.*|text here|(?:copy of )?untitled design(?: \(.*)?|image loading|loading image|undefined undefined|image result for .+)$/;
/** What a template, a program or a to-do list has left in place of words. */
const LEFT_OVER = /^\[object \w+\]$|\{\{[^{}]*\}\}|\$\{[^{}]*\}|<\?(?:php|=)|<%=|^%[A-Z_]+%$|^\{[\w.]+\}$|^(?:TODO|FIXME|TBD)\b/;
/** Kinds of pictures without a word on what they show; as the name of a control they may say what it does. */
const BARE_KIND = /^(?:chart|graph|figure|diagram|infographic|slide|hero|fig|screenshot|default)$/;
const COUNTER = /[\s_-]*(?:no\.? ?|#)?\d+(?: ?(?:of|\/|von|de|sur) ?\d+)?$/;

/** No placeholder is longer. */
const MOST_CHARACTERS = 80;

/** In lower case, without brackets, stops and a number at the end. */
const bare = (text: string): string =>
  text
    .slice(0, MOST_CHARACTERS)
    .toLowerCase()
    .replace(/^[\s([{<"']+|[\s)\]}>"'.:!]+$/g, '')
    .replace(COUNTER, '')
    .replace(/[-_]/g, ' ')
    .trim();

const isPlaceholder = (text: string): boolean => {
  const word = bare(text);
  return PLACEHOLDERS.has(word) || SLOT_IMAGE.test(word) || PHRASES.test(word);
};

const SAYS_DECORATIVE =
  /^(?:(?:purely|just|only) )?(?:decorative|decoration|decorational)(?: (?:image|photo|picture|line|element|graphic|icon|background|border|pattern|shape))?$|^(?:spacer|divider|separator|filler|blank|bullet|bullet point|border|background|pixel|transparent|trenner|dekorativ)(?: (?:image|gif|pixel|img|line|picture|graphic))?$/;

/** Rules about names in place of descriptions. */
export const NAME_RULES: readonly LintRule[] = [
  {
    id: 'file-name',
    severity: 'error',
    why: 'A file name is spelled out sign by sign and says nothing about the picture.',
    fix: 'Say what the picture shows, or write alt="" if it is decorative.',
    source: 'WCAG 2.2 F30',
    hit: ({ said }, { fileName }) => FILE_NAMES.some((pattern) => pattern.test(said.trim())) || isNameOf(said.trim(), fileName),
  },
  {
    id: 'placeholder',
    severity: 'error',
    why: 'The word fills the place of a description; a screen reader says by itself that there is a picture.',
    fix: 'Say what the picture shows, or write alt="" if it is decorative.',
    source: 'WCAG 2.2 F30',
    hit: ({ said }, { usage }) =>
      isPlaceholder(said.trim()) || LEFT_OVER.test(said.trim()) || (!isControl(usage) && BARE_KIND.test(bare(said.trim()))),
  },
  {
    id: 'says-decorative',
    severity: 'error',
    why: 'A decorative picture should be silent; a text that says so is read aloud all the same.',
    fix: 'Write alt="".',
    source: 'WCAG 2.2 F39, H67',
    hit: ({ said }) => SAYS_DECORATIVE.test(bare(said)),
  },
];
