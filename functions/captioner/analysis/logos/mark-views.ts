// Renderings of a brand's drawing, as VIEWS in models/training/logos/mark_embedder.py: the mean of their points is the brand's prototype.
// A mark of one colour is seen in four pairs of colours; a mark of several keeps them, on white and on black, and as tones of grey.
import type { Run } from '../../graphs.ts';
import { unit } from './brands.ts';
import { embedCrops } from './logos-stage.ts';
import { cropWindow, windowAround } from './mark-crops.ts';

/** RGBA of a mark without empty edges, uint8 [height, width, 4]. */
export type MarkPicture = { data: Uint8Array; width: number; height: number };

type Colour = readonly [number, number, number];

const MAX_BYTE = 255;
const WHITE: Colour = [MAX_BYTE, MAX_BYTE, MAX_BYTE];
const BLACK: Colour = [0, 0, 0];

/** Ink and ground. */
const PAIRS: readonly (readonly [Colour, Colour])[] = [
  [BLACK, WHITE],
  [WHITE, BLACK],
  [
    [217, 38, 38],
    [242, 242, 242],
  ],
  [
    [242, 242, 242],
    [38, 77, 153],
  ],
];

/** Mean distance of the inked px from their mean colour, of 255, from which a mark has several colours. */
const SEVERAL = 24;

/** Opacity from which a px counts as ink, 0..255. */
const INK = 128;

const byte = (data: Uint8Array, i: number): number => data[i] as number;

const isColourful = ({ data }: MarkPicture): boolean => {
  const inked: number[] = [];
  for (let i = 0; i < data.length; i += 4) if (byte(data, i + 3) >= INK) inked.push(i);
  const mean = [0, 1, 2].map((c) => inked.reduce((sum, i) => sum + byte(data, i + c), 0) / Math.max(1, inked.length));
  const off = inked.reduce((sum, i) => sum + Math.hypot(...mean.map((value, c) => byte(data, i + c) - value)), 0);
  return off / Math.max(1, inked.length) > SEVERAL;
};

/** What colour a px of the mark is painted in, from its own. */
type Paint = (own: Colour) => Colour;

const luma = ([r, g, b]: Colour): number => 0.299 * r + 0.587 * g + 0.114 * b;

const grey = (value: number): Colour => [value, value, value];

const paintsFor = (mark: MarkPicture): readonly (readonly [Paint, Colour])[] => {
  if (!isColourful(mark)) return PAIRS.map(([ink, ground]) => [() => ink, ground]);
  return [
    [(own) => own, WHITE],
    [(own) => own, BLACK],
    [(own) => grey(luma(own)), WHITE],
    [(own) => grey(MAX_BYTE - luma(own)), BLACK],
  ];
};

/** The mark on a ground with one px of it all round. */
const paintMark = ({ data, width, height }: MarkPicture, paint: Paint, ground: Colour) => {
  const wide = width + 2;
  const out = new Uint8Array(wide * (height + 2) * 3);
  for (let i = 0; i < out.length; i += 1) out[i] = ground[i % 3] as number;
  for (let i = 0; i < width * height; i += 1) {
    const painted = paint([byte(data, i * 4), byte(data, i * 4 + 1), byte(data, i * 4 + 2)]);
    const opacity = byte(data, i * 4 + 3) / MAX_BYTE;
    const place = ((Math.floor(i / width) + 1) * wide + (i % width) + 1) * 3;
    for (let c = 0; c < 3; c += 1) out[place + c] = Math.round((painted[c] as number) * opacity + (ground[c] as number) * (1 - opacity));
  }
  return { data: out, width: wide, height: height + 2 };
};

/** Crops of the mark's renderings, float32 [3, 64, 64] each, as the embedder takes them. */
const markViews = (mark: MarkPicture): Float32Array[] => {
  const window = windowAround({ left: 1, top: 1, right: mark.width + 1, bottom: mark.height + 1 });
  return paintsFor(mark).map(([paint, ground]) => cropWindow(paintMark(mark, paint, ground), window));
};

/** The unit vector that stands for a brand. */
export const markPoint = async (embed: Run, mark: MarkPicture): Promise<Float32Array> => {
  const points = await embedCrops(embed, markViews(mark));
  const [first = new Float32Array()] = points;
  return unit(first.map((_, i) => points.reduce((sum, point) => sum + (point[i] as number), 0) / points.length));
};
