// ONNX files are read and written without loss.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel, toNumber } from '../../../functions/hub/onnx/model.ts';
import { MAX_GRAPH_BYTES, writeModel } from '../../../functions/hub/onnx/write-model.ts';
import { fixtureRepository } from '../../support/hub-repository.ts';

const folders = ['vit-gpt2', 'blip', 'florence2'].map((name) => join(fixtureRepository(name), 'onnx'));
const files = (await Promise.all(folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))))).flat();

describe('an ONNX file', () => {
  it.each(files)('is the same after reading and writing: %s', async (path) => {
    const bytes = await readFile(path);
    expect(Buffer.compare(writeModel(readModel(bytes, path), path), bytes)).toBe(0);
  });

  it('keeps the bytes of constants as views', async () => {
    const bytes = await readFile(files[0] ?? '');
    const large = (readModel(bytes, 'x').graph.initializer ?? []).filter(({ rawData }) => (rawData?.length ?? 0) > 1000);
    expect(large.length).toBeGreaterThan(0);
    expect(large.every(({ rawData }) => rawData?.buffer === bytes.buffer)).toBe(true);
  });

  it('keeps fields that no version knows yet', () => {
    const unknown = Uint8Array.of(0x3a, 0x00, 0xa2, 0x7d, 0x02, 0x68, 0x69); // an empty graph, then field 2004: "hi"
    expect([...writeModel(readModel(unknown, 'x'), 'x')]).toEqual([...unknown]);
  });

  it.each([
    ['no protocol buffer', Uint8Array.of(255, 255, 255), 'the file is broken'],
    ['no graph', Uint8Array.of(), 'it holds none'],
  ])('is refused when it is %s', (_, bytes, message) => {
    expect(() => readModel(bytes, 'decoder.onnx')).toThrow(message);
  });

  it('is refused when it would be larger than a protocol buffer can be', () => {
    const rawData = new Uint8Array(2 ** 30);
    const graph = { initializer: [{ rawData }, { rawData }] };
    expect(() => writeModel({ graph }, 'decoder.onnx')).toThrow('decoder.onnx to have at most 2 GB');
    expect(MAX_GRAPH_BYTES).toBe(2_147_483_647);
  });

  it('has numbers of 64 bits', () => {
    expect([toNumber(undefined), toNumber(3), toNumber({ toNumber: () => 4 })]).toEqual([0, 3, 4]);
  });
});
