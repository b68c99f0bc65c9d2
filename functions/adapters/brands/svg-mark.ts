// sharp (librsvg inside libvips): the SVG of a brand's mark -> pixels of the mark alone, cut to its edges. Only the commands that add brands
// and make masks for training come here: on the way of an upload SVG stays blocked.
import sharp from 'sharp';
import { UsageError } from '../../core/errors.ts';

/** RGBA of a mark without empty edges, uint8 [height, width, 4]. */
export type MarkPixels = { data: Uint8Array; width: number; height: number };

/** Longest side of the drawing in px: four times what the embedder sees. */
const DRAWN_PX = 512;
/** What librsvg takes for an SVG's own size, in dots per inch. */
const SVG_DPI = 72;
const MAX_DPI = 100_000;
/** An SVG larger than this is no mark, in bytes. */
const MAX_BYTES = 1_000_000;
/** Least opacity that counts as drawn, 0..255. */
const DRAWN = 8;

const measured = async (svg: Uint8Array): Promise<number> => {
  const { format, width = 0, height = 0 } = await sharp(svg, { limitInputPixels: false }).metadata();
  if (format !== 'svg') throw new UsageError(`Expected an SVG but received ${format}`);
  return Math.max(width, height);
};

type Edges = { left: number; top: number; right: number; bottom: number };

const edgesOf = (data: Uint8Array, width: number): Edges => {
  const edges = { left: width, top: Number.POSITIVE_INFINITY, right: -1, bottom: -1 };
  for (let i = 0; i * 4 < data.length; i += 1) {
    if ((data[i * 4 + 3] ?? 0) < DRAWN) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    edges.left = Math.min(edges.left, x);
    edges.right = Math.max(edges.right, x);
    edges.top = Math.min(edges.top, y);
    edges.bottom = y;
  }
  return edges;
};

/** RGBA of the whole drawing. @throws UsageError for what librsvg gives up: too many elements, a side without a pixel, too large a page */
const drawnPixels = async (svg: Uint8Array, density: number) => {
  try {
    const drawing = sharp(svg, { density }).resize(DRAWN_PX, DRAWN_PX, { fit: 'inside' }).ensureAlpha().toColourspace('srgb');
    return await drawing.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  } catch {
    throw new UsageError('Expected an SVG of a mark but received one that cannot be drawn');
  }
};

/**
 * Draws an SVG with its longest side at about 512 px and cuts off what is empty.
 * @throws UsageError when it is no SVG, too large, cannot be drawn, or draws nothing
 */
export const drawMark = async (svg: Uint8Array): Promise<MarkPixels> => {
  if (svg.length > MAX_BYTES) throw new UsageError(`Expected an SVG of at most ${MAX_BYTES} bytes but received ${svg.length}`);
  const own = await measured(svg).catch((cause: unknown) => {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError('Expected an SVG but received something that cannot be read as one');
  });
  const density = Math.min(MAX_DPI, Math.max(1, (SVG_DPI * DRAWN_PX) / Math.max(1, own)));
  const { data, info } = await drawnPixels(svg, density);
  const { left, top, right, bottom } = edgesOf(data, info.width);
  if (right < 0) throw new UsageError('Expected an SVG that draws a mark but received an empty one');
  const cut = sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } });
  const [width, height] = [right - left + 1, bottom - top + 1];
  return { data: new Uint8Array(await cut.extract({ left, top, width, height }).raw().toBuffer()), width, height };
};
