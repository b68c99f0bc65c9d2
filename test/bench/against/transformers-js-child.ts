// transformers.js as a contender: the library's own processor and generate(), a whole batch in one call, on local files only.
// Its types are not there before `npm ci` ran in this folder, so what is used of it is written down here.
import { basename, dirname } from 'node:path';
import { orderOf } from './protocol.ts';
import { serve } from './serve.ts';

type Tensor = { dims: number[]; tolist(): bigint[][] };
type Inputs = Record<string, unknown> & { pixel_values: unknown };
type Loader<T> = { from_pretrained(id: string, options?: object): Promise<T> };
type Processor = ((images: unknown[], texts?: string[]) => Promise<Inputs>) & { tokenizer: unknown };
type Model = { generate(settings: object): Promise<Tensor> };
type Library = {
  env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string };
  AutoProcessor: Loader<Processor>;
  AutoModelForVision2Seq: Loader<Model>;
  Florence2ForConditionalGeneration: Loader<Model>;
  RawImage: { read(file: string): Promise<unknown> };
};

const LIBRARY: string = '@huggingface/transformers';
/** The sentence that Florence-2's processor makes of <CAPTION>. */
const PROMPT = 'What does the image describe?';
/** decoder start token, before what is new */
const START_TOKENS = 1;

const { env, ...library } = (await import(LIBRARY)) as Library;
const { repository, layout, threads, tokens, beams } = orderOf(process.argv);
if (beams !== 1) throw new RangeError(`transformers.js has no beam search, so ${beams} beams cannot be compared`);
env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = dirname(repository);

const id = basename(repository);
const isFlorence = layout === 'florence2';
const loader = isFlorence ? library.Florence2ForConditionalGeneration : library.AutoModelForVision2Seq;
const session_options = { intraOpNumThreads: threads, interOpNumThreads: 1 };
const processor = await library.AutoProcessor.from_pretrained(id);
const model = await loader.from_pretrained(id, { device: 'cpu', dtype: 'fp32', session_options });
const length = { num_beams: 1, do_sample: false, max_new_tokens: tokens, min_new_tokens: tokens };

await serve(async (files) => {
  const images = await Promise.all(files.map((file) => library.RawImage.read(file)));
  const inputs = isFlorence
    ? await processor(
        images,
        files.map(() => PROMPT),
      )
    : { inputs: (await processor(images)).pixel_values };
  const sequences = await model.generate({ ...inputs, ...length });
  return { sequences: sequences.tolist().map((ids) => ids.slice(START_TOKENS).map(Number)) };
});
