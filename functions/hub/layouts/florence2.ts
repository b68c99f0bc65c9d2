// model_type "florence2": image features and the embeddings of a prompt go through a BART encoder. The prompt names the task.
import * as z from 'zod';
import type { Style } from '../../captioner/manifest-forms.ts';
import { HubError } from '../hub-error.ts';
import { checked } from '../read-json.ts';
import { endOf, generationOf, readGeneration, searchSettings } from '../search-settings.ts';
import { textEncoder } from '../text-encoder.ts';
import { buildFlorence2, florence2Graphs } from './florence2-graphs.ts';
import type { Layout } from './layout.ts';

/** Where neither max_length nor max_new_tokens is set: what the model's own card uses. The answer ends itself, mostly long before. */
const MAX_NEW_TOKENS = 1024;

type Task = { readonly sentence: string; readonly output: Style['output'] };

/** The tasks that need no input, with the sentences that Florence2Processor makes of them. */
const TASKS: Readonly<Record<string, Task>> = {
  caption: { sentence: 'What does the image describe?', output: 'sentence' },
  'detailed-caption': { sentence: 'Describe in detail what is shown in the image.', output: 'text' },
  'more-detailed-caption': { sentence: 'Describe with a paragraph what is shown in the image.', output: 'text' },
  ocr: { sentence: 'What is the text in the image?', output: 'text' },
  'object-detection': { sentence: 'Locate the objects with category name in the image.', output: 'regions' },
};

const schema = z.looseObject({
  text_config: z.looseObject({ vocab_size: z.int().min(1), max_position_embeddings: z.int().min(1).default(1024) }),
});

/** A Florence-2 repository. */
export const florence2: Layout = {
  name: 'florence2',
  graphs: florence2Graphs,
  build: buildFlorence2,
  describe: ({ config, generation, tokenizer, tokenizerConfig }) => {
    const { text_config: text } = checked(config, 'config.json', schema);
    const settings = readGeneration(generation ?? generationOf(config, text), 'generation_config.json');
    const [start, first] = [settings.decoder_start_token_id, settings.bos_token_id];
    if (typeof start !== 'number' || typeof first !== 'number')
      throw new HubError('Expected the generation settings to have decoder_start_token_id and bos_token_id but one is missing');
    const end = endOf(settings);
    const encode = textEncoder(tokenizer, tokenizerConfig);
    const style = ({ sentence, output }: Task) => ({ start: [start], prompt: [first, ...encode(sentence), end], output });
    const styles = Object.fromEntries(Object.entries(TASKS).map(([name, task]) => [name, style(task)]));
    return {
      tokens: { pad: settings.pad_token_id ?? end, end, styles, defaultStyle: 'caption' },
      search: searchSettings(settings, { start: 1, otherwise: Math.min(MAX_NEW_TOKENS, text.max_position_embeddings) }),
      vocabularySize: text.vocab_size,
    };
  },
};
