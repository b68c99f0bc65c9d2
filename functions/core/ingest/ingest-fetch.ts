// Reads the object that was uploaded. A video is not for the ingest function: the container captions it, shot by shot, and takes larger files.
import { asPictureError, PictureError } from '../errors.ts';
import { SNIFF_BYTES, VIDEO_HINT } from '../picture/picture-format.ts';
import { sniffVideo } from '../picture/video-format.ts';
import type { FetchedObject } from '../ports.ts';
import type { ObjectRef } from '../record/object-event.ts';
import type { IngestPorts, IngestSettings } from './ingest-ports.ts';

/**
 * The picture, or 'video' where there is a container for it.
 * @throws PictureError what `ObjectStore.fetch` throws; UNSUPPORTED_FORMAT for a video without a container
 */
export const fetchPicture = async (
  { objects, inference }: Pick<IngestPorts, 'objects' | 'inference'>,
  { maxBytes }: Pick<IngestSettings, 'maxBytes'>,
  ref: ObjectRef,
): Promise<FetchedObject | 'video'> => {
  try {
    const object = await objects.fetch(ref, maxBytes);
    if (sniffVideo(object.bytes) === undefined) return object;
  } catch (thrown) {
    if (asPictureError(thrown).code !== 'TOO_MANY_BYTES') throw thrown;
    if (sniffVideo(await objects.start(ref, SNIFF_BYTES)) === undefined) throw thrown;
  }
  if (inference === undefined) throw new PictureError('UNSUPPORTED_FORMAT', VIDEO_HINT);
  return 'video';
};
