// Hub repositories in folders: converted to packages in memory, and what transformers said on them.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import * as z from 'zod';
import { tokenizerWords } from '../../functions/adapters/model/tokenizer-words.ts';
import type { ImageSpec } from '../../functions/captioner/manifest.ts';
import { type ModelPackage, openPackage } from '../../functions/captioner/package.ts';
import { type PillowFilter, pillowResize } from '../../functions/captioner/pillow-resize.ts';
import { sha256Hex } from '../../functions/core/sha256.ts';
import type { Choice } from '../../functions/hub/choice.ts';
import { convertRepository, type ManifestDraft, type RepositoryFiles } from '../../functions/hub/convert.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** The folder of a small reference repository. */
export const fixtureRepository = (name: string): string => join(FIXTURES, 'hub', name);

/** The files of a repository's folder. */
export const folderFiles = async (folder: string): Promise<RepositoryFiles> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const list = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return { list, read: (path) => readFile(join(folder, path)) };
};

/** A converted repository, nothing of it checked yet. */
export const convert = async (
  files: RepositoryFiles,
  choice: Choice,
): Promise<{ draft: ManifestDraft; files: Map<string, Uint8Array> }> => {
  const parts = convertRepository({ repository: 'Someone/Some-Model', revision: '0'.repeat(40) }, files, choice);
  const converted = new Map<string, Uint8Array>();
  for (;;) {
    const { done, value } = await parts.next();
    if (done) return { draft: value, files: converted };
    converted.set(value.path, value.bytes);
  }
};

/** The package that the repository in a folder becomes, opened as the runtime opens it. */
export const convertedPackage = async (folder: string, choice: Choice): Promise<ModelPackage> => {
  const { draft, files } = await convert(await folderFiles(folder), choice);
  const listed = await Promise.all(
    [...files].map(async ([path, bytes]) => ({ path, bytes: bytes.length, sha256: await sha256Hex(bytes) })),
  );
  const manifest = new TextEncoder().encode(JSON.stringify({ ...draft, files: listed }));
  const digest = new TextEncoder().encode(`${await sha256Hex(manifest)}  manifest.json\n`);
  const all = new Map<string, Uint8Array>([...files, ['manifest.json', manifest], ['manifest.sha256', digest]]);
  const read = async (path: string) => {
    const bytes = all.get(path);
    if (bytes === undefined) throw new Error(`no ${path}`);
    return new Uint8Array(bytes);
  };
  return await openPackage({ where: folder, list: async () => [...all.keys()], read }, tokenizerWords);
};

const step = z.object({ chosen: z.number(), ids: z.array(z.int()), values: z.array(z.number()) });
const golden = z.object({
  photos: z.array(z.object({ file: z.string() })),
  cases: z.array(
    z.object({
      style: z.string(),
      beams: z.int(),
      maxNewTokens: z.int(),
      sequences: z.array(z.array(z.int())),
      topLogProbs: z.array(z.array(step)).default([]),
    }),
  ),
});

/** What transformers said. */
export const goldenOf = async (folder: string): Promise<z.output<typeof golden>> =>
  golden.parse(JSON.parse(await readFile(join(folder, 'golden.json'), 'utf8')));

const FILTERS: Readonly<Record<string, PillowFilter>> = {
  'pillow-bilinear': 'bilinear',
  'pillow-bicubic': 'bicubic',
  'pillow-lanczos': 'lanczos',
};

/** uint8 [height, width, 3] of a fixture photo (or a path), as a converted package wants it. */
export const pixelsFor = async (photo: string, { width, height, kernel }: ImageSpec): Promise<Uint8Array> => {
  const path = photo.startsWith('/') ? photo : join(FIXTURES, 'photos', photo);
  const { data, info } = await sharp(path).toColourspace('srgb').removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const filter = FILTERS[kernel];
  if (filter === undefined) throw new Error(`Expected a Pillow filter but received ${kernel}`);
  return pillowResize({ data, width: info.width, height: info.height }, width, height, filter).data;
};
