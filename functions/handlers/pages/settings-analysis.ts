// What is looked for in pictures beside the caption, in words, for the page of settings.
import { html } from 'hono/html';
import type { LookupSettings } from '../../core/lookup/lookup-ports.ts';
import { STAGE_WORDS } from './found-words.ts';
import type { Html } from './parts.ts';
import { counted } from './words.ts';

const READERS: Readonly<Record<string, string>> = {
  tesseract: 'Tesseract, on the same machine',
  rekognition: 'Amazon Rekognition',
  off: 'Nobody',
};

const names = (all: readonly string[], none: string): Html | string => (all.length === 0 ? none : html`<code>${all.join(', ')}</code>`);

const tagWords = (vocabulary: LookupSettings['vocabulary']): string =>
  vocabulary === undefined ? 'The vocabulary that came with the service' : `Your own vocabulary, ${counted(vocabulary.forms.size, 'word')}`;

/** Names, values, what they mean, and the settings that change them. */
export const analysisRows = ({
  analysis,
  vocabulary,
}: Readonly<LookupSettings>): (readonly [what: string, value: Html | string, meaning: string, setting: string])[] => [
  ...(analysis === undefined
    ? []
    : ([
        [
          'Looked for in pictures',
          analysis.stages.length === 0 ? 'Nothing' : analysis.stages.map((stage) => STAGE_WORDS[stage]).join(', '),
          'Beside the caption, each with how sure it is and which model says so.',
          'analysis',
        ],
        ['Text is read by', READERS[analysis.textReader] ?? analysis.textReader, 'Only where there seems to be some.', 'textReader'],
        [
          'Rules that are watched',
          names(analysis.rulePacks, 'None'),
          'An event tells of each new picture that breaks them. The page of a picture shows all packs.',
          'rulePacks',
        ],
      ] as const)),
  ['Words of tags', tagWords(vocabulary), 'Other words are no tags.', 'vocabulary'],
];
