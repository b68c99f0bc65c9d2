// Which files a conversion needs, what it refuses, and constants that lie beside a graph.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesNeeded } from '../../../functions/hub/convert.ts';
import { type Model, type Node, readModel } from '../../../functions/hub/onnx/model.ts';
import { node } from '../../../functions/hub/onnx/nodes.ts';
import { writeModel } from '../../../functions/hub/onnx/write-model.ts';
import { convert, fixtureRepository, folderFiles } from '../../support/hub-repository.ts';

const FP32 = { dtype: 'fp32' } as const;
const TEXT = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];
const vit = { model_type: 'vision-encoder-decoder' };

describe('filesNeeded', () => {
  const listing = [
    ...TEXT,
    'generation_config.json',
    'README.md',
    'model.safetensors',
    'onnx/encoder_model.onnx',
    'onnx/decoder_model_merged.onnx',
    'onnx/decoder_model_merged_fp16.onnx',
    'onnx/encoder_model_fp16.onnx',
    'onnx/encoder_model.onnx_data',
    'onnx/decoder_model_merged.onnx.data',
  ];

  it('takes the graphs of the wanted format with their data, and nothing else', () => {
    expect(filesNeeded(vit, listing, FP32)).toEqual([
      ...TEXT,
      'generation_config.json',
      'README.md',
      'onnx/encoder_model.onnx',
      'onnx/encoder_model.onnx_data',
      'onnx/decoder_model_merged.onnx',
      'onnx/decoder_model_merged.onnx.data',
    ]);
    expect(filesNeeded(vit, listing, { dtype: 'fp16' })).toContain('onnx/decoder_model_merged_fp16.onnx');
  });

  it('prefers a decoder with a past to a merged one, and finds graphs beside config.json', () => {
    const files = [...TEXT, 'encoder_model.onnx', 'decoder_model_merged.onnx', 'decoder_with_past_model.onnx'];
    expect(filesNeeded(vit, files, FP32).slice(TEXT.length)).toEqual(['encoder_model.onnx', 'decoder_with_past_model.onnx']);
  });

  it('takes both decoders of Florence-2 where there is no merged one', () => {
    const graphs = ['vision_encoder', 'embed_tokens', 'encoder_model', 'decoder_with_past_model', 'decoder_model'].map(
      (name) => `onnx/${name}.onnx`,
    );
    expect(filesNeeded({ model_type: 'florence2' }, [...TEXT, ...graphs], FP32).slice(TEXT.length)).toEqual(graphs);
  });

  it.each([
    [{ model_type: 'llama' }, listing, FP32, 'a model_type of vision-encoder-decoder, blip, florence2 in config.json but found llama'],
    [{}, listing, FP32, 'model_type'],
    [vit, listing.slice(1), FP32, 'to have config.json'],
    [vit, listing, { dtype: 'q4' }, 'encoder_model or vision_model as q4; it is there as fp32, fp16'],
    [vit, TEXT, FP32, 'it has none in any format'],
  ] as const)('refuses %j', (config, files, choice, message) => {
    expect(() => filesNeeded(config, files, choice)).toThrow(message);
  });
});

describe('a converted repository', () => {
  it('has a manifest with its settings', async () => {
    const { draft, files } = await convert(await folderFiles(fixtureRepository('florence2')), FP32);
    expect([...files.keys()]).toEqual([
      'encoder-vision.onnx',
      'encoder-text.onnx',
      'decoder.onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(draft).toMatchObject({
      schemaVersion: 1,
      name: 'some-model',
      decoder: { memoryRows: 'pictures', topK: 128 },
      search: { kind: 'generate', beamSize: 3, noRepeatNgram: 3, forcedFirst: 0, forcedLast: 2 },
      source: { layout: 'florence2', dtype: 'fp32', licence: 'cc-by-4.0' },
    });
    expect(Object.keys((draft.tokens as { styles: object }).styles)).toEqual([
      'caption',
      'detailed-caption',
      'more-detailed-caption',
      'ocr',
      'object-detection',
    ]);
  });

  it('begins with the bos of the text model and ends with its sep where it is BLIP', async () => {
    const { draft } = await convert(await folderFiles(fixtureRepository('blip')), FP32);
    expect(draft.tokens).toMatchObject({ end: 3, pad: 0, styles: { caption: { start: [298] } } });
  });

  /** The vit-gpt2 repository with the constants of its decoder in a file beside it. */
  const withData = async (location: string, cut = 0, more: Record<string, string> = {}) => {
    const folder = fixtureRepository('vit-gpt2');
    const files = await folderFiles(folder);
    const path = 'onnx/decoder_model_merged.onnx';
    const model = readModel(await readFile(join(folder, path)), path);
    const chunks: Uint8Array[] = [];
    let offset = 0;
    const initializer = (model.graph.initializer ?? []).map(({ rawData = new Uint8Array(), ...rest }) => {
      const entries = { location, offset: String(offset), length: String(rawData.length), ...more };
      chunks.push(rawData);
      offset += rawData.length;
      return { ...rest, dataLocation: 1, externalData: Object.entries(entries).map(([key, value]) => ({ key, value })) };
    });
    const graph = writeModel({ ...model, graph: { ...model.graph, initializer } }, path);
    const data = Buffer.concat(chunks);
    const read = (name: string) =>
      name === path
        ? Promise.resolve(graph)
        : name === `${path}_data`
          ? Promise.resolve(data.subarray(0, data.length - cut))
          : files.read(name);
    return { list: [...files.list, `${path}_data`], read };
  };

  it('takes constants from beside the graph', async () => {
    const plain = await convert(await folderFiles(fixtureRepository('vit-gpt2')), FP32);
    const external = await convert(await withData('decoder_model_merged.onnx_data'), FP32);
    const decoder = (files: Map<string, Uint8Array>) =>
      readModel(files.get('decoder.onnx') ?? new Uint8Array(), 'decoder').graph.initializer;
    const bytesOf = (files: Map<string, Uint8Array>) =>
      (decoder(files) ?? []).map(({ name, rawData }) => [name, Buffer.from(rawData ?? []).toString('base64')]);
    expect(bytesOf(external.files)).toEqual(bytesOf(plain.files));
  });

  /** The vit-gpt2 repository with its encoder of another version of ONNX. */
  const withOpset = async (version: number) => {
    const files = await folderFiles(fixtureRepository('vit-gpt2'));
    const path = 'onnx/encoder_model.onnx';
    const encoder = writeModel({ ...readModel(await files.read(path), path), opsetImport: [{ domain: '', version }] }, path);
    return { ...files, read: (name: string) => (name === path ? Promise.resolve(encoder) : files.read(name)) };
  };

  it('has one stage more where encoder and decoder are of different versions of ONNX', async () => {
    const { draft, files } = await convert(await withOpset(17), FP32);
    expect([...files.keys()].slice(0, 3)).toEqual(['encoder.onnx', 'encoder-memory.onnx', 'decoder.onnx']);
    expect(draft.encoder).toMatchObject({
      stages: [
        { inputs: { pixel_values: 'image' }, outputs: ['last_hidden_state'] },
        { inputs: { encoder_hidden_states: 'last_hidden_state' }, outputs: ['memory.0', 'memory.1', 'memory.2', 'memory.3'] },
      ],
    });
  });

  it('is refused where a graph is of an old version', async () => {
    await expect(convert(await withOpset(10), FP32)).rejects.toThrow('onnx/encoder_model.onnx to use opset 11 or later but it uses 10');
  });

  it.each([
    ['other.data', 0, 'to have onnx/other.data'],
    ['../secret', 0, 'it names "../secret"'],
    ['decoder_model_merged.onnx_data', 1, 'bytes but it has'],
  ])('refuses data that are not there: %s', async (location, cut, message) => {
    await expect(convert(await withData(location, cut), FP32)).rejects.toThrow(message);
  });

  it.each([{ offset: '-8' }, { length: '1e1' }, { offset: '' }])('refuses data that are nowhere: %j', async (more) => {
    const repository = await withData('decoder_model_merged.onnx_data', 0, more);
    await expect(convert(repository, FP32)).rejects.toThrow(`but the ${Object.keys(more)[0]} is "${Object.values(more)[0]}"`);
  });

  const ENCODER = 'onnx/encoder_model.onnx';

  /** The vit-gpt2 repository with another encoder. */
  const withEncoder = async (change: (model: Model) => Model) => {
    const files = await folderFiles(fixtureRepository('vit-gpt2'));
    const encoder = writeModel(change(readModel(await files.read(ENCODER), ENCODER)), ENCODER);
    return { ...files, read: async (name: string) => (name === ENCODER ? encoder : await files.read(name)) };
  };

  const withNodes =
    (...nodes: Node[]) =>
    (model: Model): Model => ({ ...model, graph: { ...model.graph, node: [...nodes, ...(model.graph.node ?? [])] } });

  const outside = {
    name: 'value',
    type: 4,
    t: { dims: [1], dataType: 1, dataLocation: 1, externalData: [{ key: 'location', value: '../secret' }] },
  };
  const constant = node('Constant', [], ['secret'], [outside]);

  it.each([
    ['a constant of a node that lies elsewhere', constant, 'it names "../secret"'],
    [
      'one in a branch',
      node('If', ['pixel_values'], ['x'], [{ name: 'then_branch', type: 5, g: { node: [constant] } }]),
      'it names "../secret"',
    ],
    ['a circle', node('Identity', ['x'], ['x']), '"x" is read before it is there'],
    [
      'a circle in a branch',
      node('If', ['pixel_values'], ['y'], [{ name: 'then_branch', type: 5, g: { node: [node('Identity', ['x'], ['x'])] } }]),
      '"x" is read before it is there',
    ],
    ['a loop', node('Loop', [], ['x']), 'it has a Loop'],
  ])('is refused with %s', async (_, added, message) => {
    await expect(convert(await withEncoder(withNodes(added)), FP32)).rejects.toThrow(message);
  });

  it('is refused with a loop in a function', async () => {
    const repository = await withEncoder((model) => ({ ...model, functions: [{ node: [node('Scan', [], ['x'])] }] }));
    await expect(convert(repository, FP32)).rejects.toThrow('it has a Scan');
  });
});
