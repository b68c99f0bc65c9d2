// Where a photo can be seen: one version of it, by its real format, for a short time, and never another's.
import { describe, expect, it } from 'vitest';
import { PICTURE_CACHE_S, PICTURE_EXPIRES_S, picturePlace } from '../../../../functions/core/lookup/lookup-picture.ts';
import type { Principal } from '../../../../functions/core/lookup/principal.ts';
import { type Api, api, readyRecord } from '../../../support/api.ts';

const ANN: Principal = { id: 'jwt:ann', scopes: ['captions:read'] };
const SHOP: Principal = { ...ANN, prefixes: ['shop/'] };

const placeOf = ({ service }: Api, id: string, principal = ANN): Promise<string> => picturePlace(service.lookup, principal, id);

describe('the place of a photo', () => {
  it('is of the captioned version, as the format that it has, for minutes', async () => {
    const record = await readyRecord('page.html', { versionId: 'v7' });
    expect(await placeOf(api([record]), record.id)).toBe(
      `https://photos.example/page.html?version=v7&type=image/jpeg&expires=${PICTURE_EXPIRES_S}`,
    );
  });

  it('is of whatever is there in a bucket without versions', async () => {
    const { versionId: _, ...record } = await readyRecord('a.jpg');
    expect(await placeOf(api([record]), record.id)).toContain('version=&');
  });

  it('outlives the way to it in a browser', () => expect(PICTURE_CACHE_S).toBeLessThan(PICTURE_EXPIRES_S));

  it('is nowhere for what is no picture, unknown, deleted, of others, or of another bucket', async () => {
    const { picture: _, ...pending } = await readyRecord('pending.jpg', { state: 'PENDING' });
    const deleted = await readyRecord('deleted.jpg', { state: 'DELETED' });
    const elsewhere = await readyRecord('else.jpg', { bucket: 'another' });
    const theirs = await readyRecord('theirs/1.jpg');
    const over = api([pending, deleted, elsewhere, theirs]);
    for (const id of [pending.id, deleted.id, elsewhere.id, 'x'.repeat(22)])
      await expect(placeOf(over, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(placeOf(over, theirs.id, SHOP)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await placeOf(over, theirs.id)).toContain('theirs');
  });
});
