// What ffprobe says about a file as JSON -> upright size and length.
import * as z from 'zod';
import { PictureError } from '../../core/errors.ts';
import type { VideoInfo } from '../../core/video/video-limits.ts';

/** What is asked for. */
export const PROBED = [
  '-show_entries',
  'stream=codec_type,width,height,duration:stream_disposition=attached_pic:stream_side_data=rotation:format=duration',
];

/** What browsers record while they stream names no length ("N/A", or nothing). */
const seconds = z.coerce.number().nonnegative().optional().catch(undefined);
const stream = z.looseObject({
  codec_type: z.string().optional(),
  disposition: z.object({ attached_pic: z.number() }).partial().optional(),
});
const moving = z.object({
  width: z.int().positive(),
  height: z.int().positive(),
  duration: seconds,
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});
const probed = z.object({ streams: z.array(stream), format: z.object({ duration: seconds }) });

const MS_PER_S = 1000;
const QUARTER_TURN = 90;

const NO_SENSE = "the video's header makes no sense";

const read = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (cause) {
    throw new PictureError('CORRUPT', NO_SENSE, cause);
  }
};

/**
 * The video's size as it is shown, phones' videos being turned, and its length; 0 where the header names none.
 * @throws PictureError CORRUPT; UNSUPPORTED_FORMAT for a file of sound alone
 */
export const infoFrom = (json: string): VideoInfo => {
  const { streams, format } = read(() => probed.parse(JSON.parse(json)));
  if (streams.length === 0) throw new PictureError('CORRUPT', NO_SENSE);
  const found = streams.find(({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic !== 1);
  if (found === undefined) throw new PictureError('UNSUPPORTED_FORMAT', 'it has no moving picture: there is nothing to describe');
  const video = read(() => moving.parse(found));
  const { width, height, side_data_list: sides = [] } = video;
  // of a video that is written in fragments, the track's own length is 0
  const durationMs = Math.round((video.duration || format.duration || 0) * MS_PER_S);
  const turn = sides.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const isOnItsSide = Math.abs(turn) % (2 * QUARTER_TURN) === QUARTER_TURN;
  return isOnItsSide ? { width: height, height: width, durationMs } : { width, height, durationMs };
};
