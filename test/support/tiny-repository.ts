// A made-up repository that holds the tiny package's files, and a converter that only copies them: for tests of pulling, not of converting.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PackageRefused } from '../../functions/core/errors.ts';
import type { ModelConverter } from '../../functions/core/models/models-ports.ts';
import type { FakeRepository } from './fake-hub-answers.ts';
import { randomFrom } from './random.ts';

const TINY = fileURLToPath(new URL('../fixtures/tiny-package/', import.meta.url));
const GRAPHS = ['encoder.onnx', 'decoder.onnx'];
const OTHERS = ['vocabulary.json', 'generalisation.json'];
const WEIGHTS = 'onnx/weights.bin';

/** The commit that the repository is at. */
export const TINY_COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** The repository; `weightsBytes` of a file that is loaded and then not used. */
export const tinyRepository = (weightsBytes = 100_000): FakeRepository => {
  const random = randomFrom(5);
  const weights = Buffer.alloc(weightsBytes);
  for (let at = 0; at + 4 <= weightsBytes; at += 4) weights.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  const files = new Map<string, Buffer>([
    ['README.md', Buffer.from('---\nlicense: apache-2.0\ntags:\n- made-up\n---\n# Tiny\n')],
    ['config.json', Buffer.from('{"model_type":"tiny"}')],
    ['not-used.bin', Buffer.from('never loaded')],
    [WEIGHTS, weights],
    ...GRAPHS.map((name): [string, Buffer] => [`onnx/${name}`, readFileSync(`${TINY}${name}`)]),
    ...OTHERS.map((name): [string, Buffer] => [name, readFileSync(`${TINY}${name}`)]),
  ]);
  return {
    name: 'someone/Tiny-Captioner',
    commit: TINY_COMMIT,
    files,
    large: new Set([WEIGHTS, 'onnx/encoder.onnx', 'onnx/decoder.onnx']),
  };
};

/** Copies; `spoil` changes what it gives. */
export const tinyConverter = (spoil: (path: string, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes): ModelConverter => ({
  filesNeeded(config) {
    if (JSON.stringify(config) !== '{"model_type":"tiny"}') throw new PackageRefused('model_type is not one that can be converted: tiny');
    return [WEIGHTS, ...GRAPHS.map((name) => `onnx/${name}`), ...OTHERS];
  },
  async *convert(source, files, dtype) {
    await files.read(WEIGHTS);
    for (const name of GRAPHS) yield { path: name, bytes: spoil(name, await files.read(`onnx/${name}`)) };
    for (const name of OTHERS) yield { path: name, bytes: spoil(name, await files.read(name)) };
    const { files: _, ...manifest }: Record<string, unknown> = JSON.parse(readFileSync(`${TINY}manifest.json`, 'utf8'));
    return { ...manifest, source: { ...source, layout: 'tiny', dtype } };
  },
});
