// What a screen reader says for a picture in a given use. Readers differ in the word for a picture (NVDA "graphic", VoiceOver "image"),
// and say the role before or after the text; the order here is the commonest. A button's content is its name (ARIA 1.2, section 5.2.8.1).
import type { AltAnswer } from '../../core/text/alt-for.ts';

const ROLES: Partial<Record<AltAnswer['usage'], string>> = { link: 'link, image', button: 'button' };

const NAMELESS: Partial<Record<AltAnswer['usage'], string>> = {
  link: 'link, and then the address, letter by letter',
  button: 'button, without a name',
};

/** The words, without quotation marks. */
export const screenReaderSays = ({ usage, alt }: Pick<AltAnswer, 'usage' | 'alt'>, fileName: string): string => {
  if (alt === null) return NAMELESS[usage] ?? `image, ${fileName}`;
  if (alt === '') return NAMELESS[usage] ?? '(nothing: decorative)';
  return `${ROLES[usage] ?? 'image'}, ${alt}`;
};
