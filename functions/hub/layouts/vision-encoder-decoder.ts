// model_type "vision-encoder-decoder": for example a ViT encoder and a GPT-2 decoder with cross attention.
import * as z from 'zod';
import { HubError } from '../hub-error.ts';
import { checked } from '../read-json.ts';
import { endOf, generationOf, readGeneration, searchSettings } from '../search-settings.ts';
import { buildImageToText, imageToTextGraphs } from './image-to-text.ts';
import type { Layout } from './layout.ts';

const schema = z.looseObject({ decoder: z.looseObject({ vocab_size: z.int().min(1) }) });

/** A vision-encoder-decoder repository. */
export const visionEncoderDecoder: Layout = {
  name: 'vision-encoder-decoder',
  graphs: imageToTextGraphs,
  build: buildImageToText,
  describe: ({ config, generation }) => {
    const { decoder } = checked(config, 'config.json', schema);
    const settings = readGeneration(generation ?? generationOf(config, decoder), 'generation_config.json');
    const start = settings.decoder_start_token_id ?? settings.bos_token_id;
    if (start === undefined || start === null)
      throw new HubError('Expected the generation settings to have a decoder_start_token_id but they have none');
    const end = endOf(settings);
    return {
      tokens: {
        pad: settings.pad_token_id ?? end,
        end,
        styles: { caption: { start: [start], prompt: [], output: 'sentence' } },
        defaultStyle: 'caption',
      },
      search: searchSettings(settings, { start: 1 }),
      vocabularySize: decoder.vocab_size,
    };
  },
};
