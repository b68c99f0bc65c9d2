// Decides about one image of a page: has it the alternative that WCAG 2.2 SC 1.1.1 wants, and does that read well?
import { type Finding, lint } from '../lint/lint.ts';
import type { PageImage } from './page-image.ts';

/** What becomes of an image; `hidden` ones do not count. */
export const STATUSES = ['good', 'decorative', 'missing', 'suspicious', 'hidden'] as const;

/** An entry of `STATUSES`. */
export type ImageStatus = (typeof STATUSES)[number];

/** An image, what becomes of it, and why. */
export type JudgedImage = PageImage & { status: ImageStatus; findings: Finding[] };

/** Rules that need the page, beside those of the linter. */
export const AUDIT_RULES = {
  'missing-alt': {
    severity: 'error',
    why: 'Without an alternative, people hear the file name, or nothing.',
    fix: 'Add alt="..." that says what the picture shows or does; alt="" if it is decorative.',
    source: 'WCAG 2.2 F65, H37, H36, H24',
  },
  'missing-label': {
    severity: 'error',
    why: 'It is announced as an image, and then nothing is said about it.',
    fix: 'Add aria-label="...", or a title element in an svg; aria-hidden="true" if it is decorative.',
    source: 'WCAG 2.2 F65, ARIA6, ARIA10',
  },
  'empty-control': {
    severity: 'error',
    why: 'The picture is the only content of a link or button, which so has no name.',
    fix: 'Say where the link leads or what the button does.',
    source: 'WCAG 2.2 F89, H30, H36',
  },
  'only-title': {
    severity: 'warning',
    why: 'A title shows on hover only, and is not always read.',
    fix: 'Move the words into alt, or into aria-label where there can be no alt.',
    source: 'HTML 4.8.4.4; WCAG 2.2 H37',
  },
} as const;

const found = (rule: keyof typeof AUDIT_RULES): Finding => {
  const { severity, why, fix } = AUDIT_RULES[rule];
  return { rule, severity, why, fix };
};

/** A picture may be decorative; in a link or button it may when there are words, and as one of its own it never may. */
const mayBeEmpty = ({ element, control, beside }: PageImage): boolean =>
  control === undefined || (element !== 'input' && element !== 'area' && beside.trim() !== '');

/** Spaces and line breaks in an attribute are one space for a screen reader; nothing but spaces stays what it is. */
const asHeard = (text: string): string => (text.trim() === '' ? text : text.replace(/\s+/g, ' ').trim());

/** A page has no limit as channels have; but a longer text needs headings and paragraphs, which an attribute cannot have. */
const MOST_CHARACTERS = 500;

const fileNameOf = (source: string): string => source.split(/[?#]/)[0] ?? '';

const readBy = ({ text = '', source, control, beside, lang }: PageImage): Finding[] =>
  lint(asHeard(text), {
    context: beside,
    max: MOST_CHARACTERS,
    ...(control === undefined ? {} : { usage: control }),
    ...(source === undefined ? {} : { fileName: fileNameOf(source) }),
    ...(lang === undefined ? {} : { lang }),
  });

const missing = (image: PageImage, rule: keyof typeof AUDIT_RULES): JudgedImage => ({
  ...image,
  status: 'missing',
  findings: [found(rule)],
});

const judgeText = (image: PageImage, ignored: readonly string[]): JudgedImage => {
  const findings = [...(image.from === 'title' ? [found('only-title')] : []), ...readBy(image)].filter(
    ({ rule }) => !ignored.includes(rule),
  );
  return { ...image, status: findings.length === 0 ? 'good' : 'suspicious', findings };
};

const HAVE_ALT: readonly string[] = ['img', 'input', 'area'];

/** Which rule an image without any text breaks: a drawing has no alt, and its link or button may have to be named. */
const ruleOfNone = ({ element, control, beside }: PageImage): keyof typeof AUDIT_RULES => {
  if (HAVE_ALT.includes(element)) return 'missing-alt';
  return control !== undefined && beside.trim() === '' ? 'empty-control' : 'missing-label';
};

/** @param ignored ids of rules that make nothing suspicious; what is missing is missing all the same */
export const judgeImage = (image: PageImage, ignored: readonly string[] = []): JudgedImage => {
  const { text, isHidden, isSilent } = image;
  if (isHidden) return { ...image, status: 'hidden', findings: [] };
  const isEmpty = isSilent || text === '';
  if (isEmpty && mayBeEmpty(image)) return { ...image, status: 'decorative', findings: [] };
  if (isEmpty) return missing(image, 'empty-control');
  return text === undefined ? missing(image, ruleOfNone(image)) : judgeText(image, ignored);
};
