// model_type "blip" with the captioning head. Its generate() takes settings of the text model, not of generation_config.json, and
// begins with the text model's bos and ends with its sep (modeling_blip.py, BlipForConditionalGeneration.generate).
import * as z from 'zod';
import { checked } from '../read-json.ts';
import { generationOf, readGeneration, searchSettings } from '../search-settings.ts';
import { buildImageToText, imageToTextGraphs } from './image-to-text.ts';
import type { Layout } from './layout.ts';

const token = z.int().min(0);

/** BlipTextConfig's defaults, which config.json may leave out. */
const schema = z.looseObject({
  text_config: z.looseObject({
    vocab_size: z.int().min(1).default(30524),
    bos_token_id: token.default(30522),
    sep_token_id: token.default(102),
    pad_token_id: token.default(0),
    max_position_embeddings: z.int().min(1).default(512),
  }),
});

/** A BLIP captioning repository. */
export const blip: Layout = {
  name: 'blip',
  graphs: imageToTextGraphs,
  build: buildImageToText,
  describe: ({ config }) => {
    const { text_config: text } = checked(config, 'config.json', schema);
    const settings = readGeneration(generationOf(text), 'config.json');
    return {
      tokens: {
        pad: text.pad_token_id,
        end: text.sep_token_id,
        styles: { caption: { start: [text.bos_token_id], prompt: [], output: 'sentence' } },
        defaultStyle: 'caption',
      },
      search: searchSettings(settings, { start: 1, positions: text.max_position_embeddings }),
      vocabularySize: text.vocab_size,
    };
  },
};
