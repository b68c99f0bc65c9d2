import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backfillPlace } from '../../../functions/adapters/backfill-place.ts';
import { temporaryFolder } from '../../support/object-servers.ts';

const POSITION = { bucket: 'photos', prefix: 'ü/', after: 'ü/"1".jpg' };

describe('the place of a backfill', () => {
  it('is what was saved last, until it is cleared', async () => {
    const folder = temporaryFolder();
    const place = backfillPlace(join(folder, 'place.json'));
    expect(await place.load()).toBeUndefined();
    await place.save({ ...POSITION, after: '' });
    await place.save(POSITION);
    expect(await place.load()).toEqual(POSITION);
    expect(readdirSync(folder)).toEqual(['place.json']);
    await place.clear();
    await place.clear();
    expect(await place.load()).toBeUndefined();
  });

  it.each(['', '{"bucket":"photos"', '{"bucket":"photos"}', '[]'])('is not guessed from %j', async (text) => {
    const file = join(temporaryFolder(), 'place.json');
    writeFileSync(file, text);
    await expect(backfillPlace(file).load()).rejects.toThrow(`${file} cannot be read (it holds something else)`);
  });

  it('says why it cannot be kept, and leaves nothing half written', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'place.json'));
    await expect(backfillPlace(join(folder, 'none', 'place.json')).save(POSITION)).rejects.toThrow('cannot be written (ENOENT)');
    await expect(backfillPlace(join(folder, 'place.json')).save(POSITION)).rejects.toThrow('cannot be written');
    expect(readdirSync(folder)).toEqual(['place.json']);
  });
});
