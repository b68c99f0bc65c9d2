import { copyFile, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pictureFolder } from '../../../functions/adapters/picture-folder.ts';
import { DEFAULT_LIMITS } from '../../../functions/core/picture/picture-limits.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../../functions/core/video/video-limits.ts';
import { filmBytes } from '../../support/fake-video.ts';
import { heicStart } from '../../support/pictures.ts';
import { PHOTOS, temporaryFolder } from '../../support/tiny-package.ts';

const folderWithPictures = async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'below'));
  await copyFile(join(PHOTOS, 'cat.jpg'), join(folder, 'b.jpg'));
  await copyFile(join(PHOTOS, 'cat.jpg'), join(folder, 'below', 'no-extension'));
  await writeFile(join(folder, 'a.heic'), heicStart());
  await writeFile(join(folder, 'notes.jpg'), 'text that calls itself a photo');
  await writeFile(join(folder, '.hidden.jpg'), 'x');
  return { folder, files: pictureFolder(folder, DEFAULT_LIMITS) };
};

describe('pictures on disk', () => {
  it('of a folder are those whose content is a picture, in a stable order', async () => {
    const { files } = await folderWithPictures();
    const names = (await files.expand(['.'])).map(({ name }) => name);
    expect(names).toEqual(['a.heic', 'b.jpg', join('below', 'no-extension')]);
  });

  it('that are named are taken as they are, also when they are no pictures', async () => {
    const { files } = await folderWithPictures();
    const named = await files.expand(['notes.jpg', 'missing.jpg', 'below']);
    expect(named.map(({ name }) => name)).toEqual(['notes.jpg', 'missing.jpg', join('below', 'no-extension')]);
    expect(await named[0]?.read()).toHaveLength(30);
    await expect(named[1]?.read()).rejects.toMatchObject({ code: 'SOURCE_GONE' });
  });

  it('can be listed in a file', async () => {
    const { folder, files } = await folderWithPictures();
    await writeFile(join(folder, 'ids.txt'), 'below/no-extension\n\nb.jpg\n');
    const listed = await files.listed('ids.txt', '.');
    expect(listed.map(({ name }) => name)).toEqual(['below/no-extension', 'b.jpg']);
    expect((await listed[1]?.read())?.length).toBeGreaterThan(1000);
    await expect(files.listed('none.txt', '.')).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('may be videos, which have a limit of their own', async () => {
    const { folder, files } = await folderWithPictures();
    for (const [name, bytes] of [
      ['film', DEFAULT_LIMITS.maxBytes + 1],
      ['series', DEFAULT_VIDEO_LIMITS.maxBytes + 1],
    ] as const) {
      await writeFile(join(folder, name), filmBytes());
      await truncate(join(folder, name), bytes);
    }
    const found = (await files.expand(['.'])).filter(({ name }) => ['film', 'series'].includes(name));
    expect(found.map(({ name }) => name)).toEqual(['film', 'series']);
    expect(await found[0]?.read()).toHaveLength(DEFAULT_LIMITS.maxBytes + 1);
    await expect(found[1]?.read()).rejects.toMatchObject({ code: 'TOO_MANY_BYTES' });
  });

  it('are refused by their size before they are read, and when they are no files', async () => {
    const { folder, files } = await folderWithPictures();
    await writeFile(join(folder, 'huge.jpg'), '');
    await truncate(join(folder, 'huge.jpg'), DEFAULT_LIMITS.maxBytes + 1);
    await writeFile(join(folder, 'empty.jpg'), '');
    await symlink('/dev/zero', join(folder, 'endless.jpg'));
    const [huge, empty, endless] = await files.expand(['huge.jpg', 'empty.jpg', 'endless.jpg']);
    await expect(huge?.read()).rejects.toMatchObject({ code: 'TOO_MANY_BYTES' });
    await expect(empty?.read()).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(endless?.read()).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  });
});
