// A translator in memory: turns words into capitals, and leaves alone what is to be kept.
import type { TextStretch, Translator } from '../../functions/core/translate/translate-ports.ts';

/** The translator; `asked` is what it was asked so far. */
export type FakeTranslator = Translator & { asked: { stretches: readonly TextStretch[]; from: string; to: string }[] };

/** A translator; `say` gives another answer than capitals. */
export const fakeTranslator = (say?: (stretches: readonly TextStretch[]) => string | Promise<string>): FakeTranslator => {
  const asked: FakeTranslator['asked'] = [];
  const capitals = (stretches: readonly TextStretch[]): string =>
    stretches.map(({ text, keep }) => (keep === true ? text : text.toUpperCase())).join('');
  return {
    name: 'fake-translate',
    asked,
    translate: async (request) => {
      asked.push(request);
      return await (say ?? capitals)(request.stretches);
    },
  };
};
