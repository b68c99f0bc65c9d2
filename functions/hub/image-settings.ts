// preprocessor_config.json -> how pixels are prepared: an image processor of transformers that resizes, rescales and normalises.
import * as z from 'zod';
import type { ManifestInput } from '../captioner/manifest.ts';
import { HubError } from './hub-error.ts';
import { checked } from './read-json.ts';

/** PIL.Image.Resampling */
const KERNELS: ReadonlyMap<number, ManifestInput['image']['kernel']> = new Map([
  [1, 'pillow-lanczos'],
  [2, 'pillow-bilinear'],
  [3, 'pillow-bicubic'],
]);
const BILINEAR = 2;
const BICUBIC = 3;
const BYTE = 255;

const triple = z.tuple([z.number(), z.number(), z.number()]);
const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073] as const;
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711] as const;
const HALF = [0.5, 0.5, 0.5] as const;

type Defaults = { crop: boolean; resample: number; mean: readonly number[]; std: readonly number[] };

/** What an image processor does where the file says nothing. */
const DEFAULTS: ReadonlyMap<string, Defaults> = new Map([
  ['ViT', { crop: false, resample: BILINEAR, mean: HALF, std: HALF }],
  ['Blip', { crop: false, resample: BICUBIC, mean: CLIP_MEAN, std: CLIP_STD }],
  ['CLIP', { crop: true, resample: BICUBIC, mean: CLIP_MEAN, std: CLIP_STD }],
  ['Florence2', { crop: false, resample: BICUBIC, mean: CLIP_MEAN, std: CLIP_STD }],
]);

const schema = z.looseObject({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().nullish(),
  size: z.union([z.int().min(1), z.looseObject({ height: z.int().min(1).optional(), width: z.int().min(1).optional() })]).optional(),
  resample: z.int().nullish(),
  do_center_crop: z.boolean().nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: triple.nullish(),
  image_std: triple.nullish(),
  do_pad: z.boolean().nullish(),
});

type Settings = z.output<typeof schema>;

const sizeOf = ({ size }: Settings, path: string): { width: number; height: number } => {
  if (typeof size === 'number') return { width: size, height: size };
  if (size?.height !== undefined && size.width !== undefined) return { width: size.width, height: size.height };
  throw new HubError(`Expected ${path} to resize to a fixed height and width but its size is ${JSON.stringify(size)}`);
};

const defaultsOf = (settings: Settings, path: string): Defaults => {
  const type = settings.image_processor_type ?? settings.feature_extractor_type ?? '';
  const found = DEFAULTS.get(type.replace(/(ImageProcessor|FeatureExtractor)(Fast)?$/, ''));
  if (found !== undefined) return found;
  throw new HubError(`Expected ${path} to name the image processor of ViT, Blip, CLIP or Florence2 but it names ${type || 'none'}`);
};

const refuse = (settings: Settings, crop: boolean, path: string): void => {
  if (settings.do_resize === false) throw new HubError(`Expected ${path} to resize pictures but do_resize is false`);
  if (settings.do_center_crop ?? crop)
    throw new HubError(`Expected ${path} to use the whole picture but do_center_crop is on, which is not supported`);
  if (settings.do_pad === true) throw new HubError(`Expected ${path} to resize without padding but do_pad is on, which is not supported`);
};

/** The image part of a manifest. @throws HubError when the processor does something that is not supported */
export const imageSettings = (config: unknown, path: string): ManifestInput['image'] => {
  const settings = checked(config, path, schema);
  const defaults = defaultsOf(settings, path);
  refuse(settings, defaults.crop, path);
  const kernel = KERNELS.get(settings.resample ?? defaults.resample);
  if (kernel === undefined)
    throw new HubError(`Expected ${path} to resample bilinear, bicubic or Lanczos (2, 3, 1) but resample is ${settings.resample}`);
  const factor = settings.do_rescale === false ? 1 : (settings.rescale_factor ?? 1 / BYTE);
  const normalises = settings.do_normalize !== false;
  const inBytes = (numbers: readonly number[]): [number, number, number] => {
    const [a = 0, b = 0, c = 0] = numbers.map((number) => number / factor);
    return [a, b, c];
  };
  return {
    ...sizeOf(settings, path),
    fit: 'fill',
    kernel,
    mean: inBytes(normalises ? (settings.image_mean ?? defaults.mean) : [0, 0, 0]),
    std: inBytes(normalises ? (settings.image_std ?? defaults.std) : [1, 1, 1]),
    layout: 'nchw',
  };
};
