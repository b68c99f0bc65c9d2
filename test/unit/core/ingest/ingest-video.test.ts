// What the ingest function does with a video: hands it over to the container, or says what to turn on.
import { describe, expect, it } from 'vitest';
import { SNIFF_BYTES } from '../../../../functions/core/picture/picture-format.ts';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { filmBytes } from '../../../support/fake-video.ts';
import { ingestHouse, SETTINGS } from '../../../support/ingest-house.ts';

type House = ReturnType<typeof ingestHouse>;

const FILM = new TextDecoder().decode(filmBytes('moov'));
/** Larger than a picture may be. */
const LARGE = new TextDecoder().decode(filmBytes('x'.repeat(2 * SETTINGS.maxBytes)));

const recordOf = ({ store }: House, key: string): CaptionRecord | undefined =>
  [...store.records.values()].find((record) => record.key === key);

describe('a video', () => {
  it.each([
    ['small', FILM],
    ['larger than pictures may be', LARGE],
  ])('that is %s waits for the container, whatever its name', async (_, content) => {
    const house = ingestHouse({ gpu: true });
    expect(await house.deliver([house.bucket.upload('film.jpg', content)])).toEqual([]);
    const record = recordOf(house, 'film.jpg');
    expect(record).toMatchObject({ state: 'PENDING', versionId: 'v1' });
    expect(record).not.toHaveProperty('lease');
    expect(house.inference.sent).toMatchObject([{ kind: 'caption', key: 'film.jpg', versionId: 'v1', etag: record?.etag }]);
    expect([house.captioner.asked.size, house.bus.published.length]).toEqual([0, 0]);
  });

  it.each([
    ['small', FILM],
    ['larger than pictures may be', LARGE],
  ])('that is %s fails without a container, with what to turn on', async (_, content) => {
    const house = ingestHouse();
    await house.deliver([house.bucket.upload('film.mp4', content)]);
    expect(recordOf(house, 'film.mp4')).toMatchObject({
      state: 'FAILED',
      reason: 'UNSUPPORTED_FORMAT',
      message: expect.stringMatching(/it is a video.*container.*-c gpu=spot/),
    });
    expect(house.bus.published.map(({ type }) => type)).toEqual(['caption.failed']);
  });

  it('is queued once more when its message comes again', async () => {
    const house = ingestHouse({ gpu: true });
    const event = house.bucket.upload('film.mp4', FILM);
    await house.deliver([event]);
    expect(await house.deliver([event], 2)).toEqual([]);
    expect(house.inference.sent).toHaveLength(2);
    expect(recordOf(house, 'film.mp4')).toMatchObject({ state: 'PENDING' });
  });

  it('that another upload has replaced meanwhile is not queued', async () => {
    const house = ingestHouse({ gpu: true });
    const first = house.bucket.upload('film.mp4', FILM);
    const second = house.bucket.upload('film.mp4', 'a dog');
    await house.deliver([second]);
    await house.deliver([first]);
    expect(house.inference.sent).toEqual([]);
    expect(recordOf(house, 'film.mp4')).toMatchObject({ state: 'READY' });
  });
});

describe('a file that is too large', () => {
  it('and no video is told so, after a look at its first bytes', async () => {
    const house = ingestHouse({ gpu: true });
    const looks: number[] = [];
    const { start } = house.bucket;
    house.bucket.start = (ref, bytes) => {
      looks.push(bytes);
      return start.call(house.bucket, ref, bytes);
    };
    await house.deliver([house.bucket.upload('a.jpg', 'x'.repeat(SETTINGS.maxBytes + 1))]);
    expect(looks).toEqual([SNIFF_BYTES]);
    expect(recordOf(house, 'a.jpg')).toMatchObject({ state: 'FAILED', reason: 'TOO_MANY_BYTES' });
    expect(house.inference.sent).toEqual([]);
  });

  it('whose beginning cannot be read now is tried again', async () => {
    const house = ingestHouse({ gpu: true });
    house.bucket.start = async () => {
      throw new Error('SlowDown');
    };
    expect(await house.deliver([house.bucket.upload('film.mp4', LARGE)])).toEqual([0]);
    expect(recordOf(house, 'film.mp4')).toMatchObject({ state: 'PENDING' });
  });
});
