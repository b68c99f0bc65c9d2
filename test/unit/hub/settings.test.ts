// A repository's JSON files as parts of a manifest: what generate() and the image processor would do, or a clear refusal.
import { describe, expect, it } from 'vitest';
import { HubError } from '../../../functions/hub/hub-error.ts';
import { imageSettings } from '../../../functions/hub/image-settings.ts';
import { parseJson } from '../../../functions/hub/read-json.ts';
import { endOf, generationOf, readGeneration, searchSettings } from '../../../functions/hub/search-settings.ts';
import { textEncoder } from '../../../functions/hub/text-encoder.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('imageSettings', () => {
  const vit = { image_processor_type: 'ViTImageProcessor', size: { height: 224, width: 224 } };

  it('takes what an image processor does where the file says nothing', () => {
    const half = [127.5, 127.5, 127.5];
    expect(imageSettings(vit, 'p')).toEqual({
      width: 224,
      height: 224,
      fit: 'fill',
      kernel: 'pillow-bilinear',
      mean: half,
      std: half,
      layout: 'nchw',
    });
    expect(imageSettings({ ...vit, image_processor_type: 'BlipImageProcessor' }, 'p').kernel).toBe('pillow-bicubic');
  });

  it('takes the old form: a feature extractor and one size', () => {
    expect(imageSettings({ feature_extractor_type: 'ViTFeatureExtractor', size: 96, resample: 1 }, 'p')).toMatchObject({
      width: 96,
      height: 96,
      kernel: 'pillow-lanczos',
    });
  });

  it('gives mean and deviation in bytes', () => {
    const settings = imageSettings({ ...vit, rescale_factor: 1 / 255, image_mean: [0.485, 0.456, 0.406], image_std: [0.2, 0.4, 0.6] }, 'p');
    expect(settings.mean[0]).toBeCloseTo(123.675, 9);
    expect(settings.std[2]).toBeCloseTo(153, 9);
    expect(imageSettings({ ...vit, do_rescale: false, do_normalize: false }, 'p')).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1] });
  });

  it.each([
    [{ do_center_crop: true }, 'do_center_crop is on'],
    [{ image_processor_type: 'CLIPImageProcessor' }, 'do_center_crop is on'],
    [{ do_resize: false }, 'do_resize is false'],
    [{ do_pad: true }, 'do_pad is on'],
    [{ resample: 0 }, 'resample is 0'],
    [{ size: { shortest_edge: 224 } }, 'its size is {"shortest_edge":224}'],
    [{ image_processor_type: 'SamImageProcessor' }, 'it names SamImageProcessor'],
    [{ image_processor_type: 'constructor' }, 'it names constructor'],
    [{ image_mean: [1] }, 'image_mean'],
  ])('refuses %j', (more, message) => {
    expect(() => imageSettings({ ...vit, ...more }, 'preprocessor_config.json')).toThrow(message);
  });
});

describe('searchSettings', () => {
  const search = (config: object, lengths = { start: 1 }) => searchSettings(readGeneration(config, 'generation_config.json'), lengths);

  it('is greedy with 20 new tokens where nothing is set', () => {
    expect(search({})).toEqual({
      kind: 'generate',
      beamSize: 1,
      maxTokens: 20,
      minTokens: 0,
      lengthPenalty: 1,
      earlyStopping: false,
      noRepeatNgram: 0,
      repetitionPenalty: 1,
      banned: [],
    });
  });

  it.each([
    [{ max_length: 16 }, 15],
    [{ max_length: 20 }, 20],
    [{ max_length: 16, max_new_tokens: 40 }, 40],
    [{ max_length: 1 }, 1],
    [{ max_new_tokens: 5000 }, 1024],
  ])('counts new tokens: %j', (config, expected) => {
    expect(search(config).maxTokens).toBe(expected);
  });

  it('is bounded by the positions of the model, and takes another default', () => {
    expect(searchSettings(readGeneration({}, 'g'), { start: 1, positions: 12 }).maxTokens).toBe(11);
    expect(searchSettings(readGeneration({}, 'g'), { start: 1, otherwise: 64 }).maxTokens).toBe(64);
  });

  it('takes over the rest', () => {
    const config = {
      num_beams: 3,
      early_stopping: true,
      no_repeat_ngram_size: 3,
      forced_bos_token_id: 0,
      forced_eos_token_id: [2],
      min_length: 5,
      suppress_tokens: [7],
    };
    expect(search(config)).toMatchObject({
      beamSize: 3,
      earlyStopping: true,
      noRepeatNgram: 3,
      forcedFirst: 0,
      forcedLast: 2,
      minTokens: 4,
      banned: [7],
    });
  });

  it.each([
    [{ do_sample: true }],
    [{ num_beam_groups: 2 }],
    [{ bad_words_ids: [[1]] }],
    [{ begin_suppress_tokens: [1] }],
    [{ eos_token_id: [1, 2] }],
    [{ num_beams: 17 }],
    [{ penalty_alpha: 0.6, top_k: 4 }],
    [{ stop_strings: ['.'] }],
  ])('refuses what the runtime cannot do: %j', (config) => {
    expect(() => search(config)).toThrow(`generation_config.json to describe a model that can be converted: ${Object.keys(config)[0]}`);
  });

  it('refuses a penalty for repetition without beams, which needs logits', () => {
    expect(() => search({ repetition_penalty: 1.5 })).toThrow('num_beams of 2 or more where repetition_penalty is not 1');
    expect(search({ repetition_penalty: 1.5, num_beams: 3 }).repetitionPenalty).toBe(1.5);
  });

  it('finds settings in the configurations of a model, the first of them first', () => {
    expect(generationOf({ max_length: 9, eos_token_id: null, hidden_size: 3 }, undefined, { max_length: 8, eos_token_id: 4 })).toEqual({
      max_length: 9,
      eos_token_id: 4,
    });
  });

  it('needs one end', () => {
    expect(endOf(readGeneration({ eos_token_id: [4] }, 'g'))).toBe(4);
    expect(() => endOf(readGeneration({}, 'g'))).toThrow('an eos_token_id');
  });
});

describe('files', () => {
  it('are JSON, or are refused', () => {
    expect(parseJson(bytes('{"a":1}'), 'x')).toEqual({ a: 1 });
    expect(() => parseJson(bytes('{'), 'config.json')).toThrow('config.json to be JSON');
  });

  it('of a tokenizer are objects', () => {
    expect(() => textEncoder(undefined, {})).toThrow('tokenizer.json and tokenizer_config.json');
  });

  it.each([
    ['no model', {}, 'must contain a "model"'],
    ['a pattern of its own', { pre_tokenizer: { type: 'Split', pattern: { Regex: '(\\w+\\s?)+#' } } }, 'regular expression of its own'],
    ['a depth without end', { normalizer: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) }, 'call stack'],
  ])('of a tokenizer with %s are refused', (_, tokenizer, message) => {
    expect(() => textEncoder(tokenizer, {})).toThrow(HubError);
    expect(() => textEncoder(tokenizer, {})).toThrow(message);
  });

  it('are told of in one short line, whatever they hold', () => {
    const { message } = new HubError(`found \u001b[2J${'x\n'.repeat(5000)}`);
    expect(message).toMatch(/^found {2}\[2Jx x /);
    expect(message.length).toBeLessThan(700);
  });
});
