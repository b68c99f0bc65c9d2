// A captioner that reads what to say from the "picture": its bytes are a text such as 'a dog', 'unsure: a dog', 'broken:', 'alt=a cat: a dog'.
import type { Captioned, Captioner, EmbeddedTexts, EncodedPicture } from '../../functions/core/caption.ts';
import { PictureError, type Reason } from '../../functions/core/errors.ts';
import type { Facts } from '../../functions/core/facts/facts.ts';

/** The captioner, and what it was asked. */
export type FakeCaptioner = Captioner & {
  /** how often each content was captioned */
  readonly asked: Map<string, number>;
  /** largest number of pictures in one call */
  largestBatch: number;
};

/** How it behaves: `before` may wait or throw, for a content; `facts` are found in every picture, by the stages that they name. */
export type FakeCaptionerOptions = {
  model?: string;
  lanes?: number;
  before?: (content: string) => Promise<void>;
  facts?: Facts;
};

const FAILURES: Record<string, Reason> = {
  'broken:': 'CORRUPT',
  'slow:': 'DECODE_TIMEOUT',
  'no model:': 'INFERENCE_UNAVAILABLE',
  'stuck:': 'INFERENCE_TIMEOUT',
};

const FIGURES = { features: {}, nBest: [], words: [], style: 'alt', ms: { decode: 10, encode: 20.4, steps: 30 } };

const say = (content: string, model: string): Captioned => {
  const [, alt] = /^alt=(.*?): /.exec(content) ?? [];
  const embedded: EmbeddedTexts =
    alt === undefined ? {} : { alt: { text: alt, lang: 'x-default' }, long: { text: `${alt}, long`, lang: 'fr' } };
  const picture = { width: 640, height: 480, format: 'jpeg', dhash: '0123456789abcdef', embedded } as const;
  const plain = content.replace(/^(alt=.*?|unsure): /, '');
  const said = { ...FIGURES, picture, model, plain, confidence: 0.9 };
  if (!content.startsWith('unsure: ')) return { ...said, status: 'captioned', text: `${plain}.`, generalised: [] };
  return { ...said, confidence: 0.1, status: 'abstained', reason: 'LOW_CONFIDENCE', sure: ['dog'] };
};

/** A fake captioner. */
export const fakeCaptioner = ({
  model = 'fake@1',
  lanes = 2,
  before = async () => {},
  facts,
}: FakeCaptionerOptions = {}): FakeCaptioner => {
  const asked = new Map<string, number>();
  const captionOne = async ({ bytes, analyse }: EncodedPicture): Promise<Captioned | Error> => {
    const content = new TextDecoder().decode(bytes);
    asked.set(content, (asked.get(content) ?? 0) + 1);
    await before(content);
    const failure = Object.entries(FAILURES).find(([start]) => content.startsWith(start));
    if (failure !== undefined) return new PictureError(failure[1], `it is ${failure[0]}`);
    return { ...say(content, model), ...(facts !== undefined && analyse !== false && { facts }) };
  };
  const captioner: FakeCaptioner = {
    asked,
    largestBatch: 0,
    model,
    ...(facts?.by !== undefined && { analysis: facts.by }),
    styles: ['alt'],
    lanes,
    models: lanes,
    runsOn: `fake, ${lanes} lanes`,
    async caption(pictures) {
      captioner.largestBatch = Math.max(captioner.largestBatch, pictures.length);
      return Promise.all(pictures.map(captionOne));
    },
    async close() {},
  };
  return captioner;
};
