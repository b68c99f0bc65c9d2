// Texts that say nothing although they are there: WCAG failures F30, F38, F39 and F89.
import type { LintRule } from './rule.ts';

/** Spaces of every kind, and characters that show nothing. */
const NOTHING_SHOWN = /^[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u3164\u2800]+$/u;

const LETTER_OR_DIGIT = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** A picture that is a control is announced by what it does. */
export const isControl = (usage: string | undefined): boolean => usage === 'link' || usage === 'button';

/** Rules about texts without words. */
export const EMPTY_RULES: readonly LintRule[] = [
  {
    id: 'whitespace-only',
    severity: 'error',
    why: 'A text of spaces is neither a description nor a decision: some screen readers fall back to the file name.',
    fix: 'Describe the picture, or write alt="" without a space if it is decorative.',
    source: 'WCAG 2.2 F39, F30; HTML 4.8.4.4',
    hit: ({ raw }) => NOTHING_SHOWN.test(raw),
  },
  {
    id: 'empty-control',
    severity: 'error',
    why: 'A picture that is the only content of a link or button gives it its name; without one, people hear the address or nothing.',
    fix: 'Say where the link leads or what the button does.',
    source: 'WCAG 2.2 F89, H30, H36',
    when: ({ usage, context = '' }) => isControl(usage) && context.trim() === '',
    hit: ({ raw }) => raw === '',
  },
  {
    id: 'no-words',
    severity: 'error',
    why: 'Punctuation alone is read as its name, such as "dot" or "dash", or not at all.',
    fix: 'Describe the picture, or write alt="" if it is decorative.',
    source: 'WCAG 2.2 F39, F30',
    hit: ({ raw }) => raw !== '' && !NOTHING_SHOWN.test(raw) && !LETTER_OR_DIGIT.test(raw),
  },
];
