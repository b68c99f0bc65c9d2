import { describe, expect, it } from 'vitest';
import type { CaptionChoices, Captioned, Captioner } from '../../../../functions/core/caption.ts';
import { PackageRefused, PictureError, UsageError } from '../../../../functions/core/errors.ts';
import type { Facts } from '../../../../functions/core/facts/facts.ts';
import type { PictureFile } from '../../../../functions/core/ports.ts';
import { parseCaptionArguments } from '../../../../functions/handlers/caption/caption-arguments.ts';
import { type CommandPorts, captionCommand } from '../../../../functions/handlers/caption/caption-command.ts';
import { packOf } from '../../../support/rule-subjects.ts';

const captionFor = (name: string): Captioned => ({
  status: 'captioned',
  text: `A ${name}.`,
  plain: `a ${name}`,
  generalised: [],
  confidence: 0.714,
  features: { length: 3 },
  nBest: [{ plain: `a ${name}`, score: -1 }],
  words: [{ word: 'a', logProb: -0.25 }],
  model: 'fake@1',
  style: 'coco',
  ms: { decode: 1, encode: 2, steps: 3 },
  picture: { width: 4, height: 3, format: 'png', dhash: '0123456789abcdef', embedded: {} },
});

const regions: Captioned = { ...captionFor('map'), regions: [{ label: 'cat', box: [0.1, 0.2, 0.305, 0.4] }] };

const FACTS: Facts = {
  objects: [{ label: 'zebra', confidence: 0.9, box: [0, 0, 0.3, 0.3] }],
  people: { count: 2, confidence: 0.8 },
  attributes: { type: { value: 'shirt', confidence: 0.7 } },
  scene: [{ value: 'safari', confidence: 0.6 }],
  colours: [{ name: 'green', share: 0.6 }],
  text: [{ text: 'ZOO' }],
  logos: [{ brand: 'Acme', confidence: 0.95, box: [0.4, 0.4, 0.2, 0.2] }],
  quality: {
    sharpness: 120.4,
    brightness: 99.6,
    contrast: 40,
    underexposed: 0,
    overexposed: 0,
    background: { share: 0.5, colour: '#ffffff', whiteDeltaE: 0 },
    border: [0, 0, 0, 0],
    jpegQuality: 85,
    hasAlpha: false,
  },
  dense: [{ text: 'A zebra.', confidence: 0.5, box: [0, 0, 0.3, 0.3] }],
  failed: { text: 'it hung' },
};

const zoo: Captioned = { ...captionFor('zoo'), facts: FACTS, ms: { decode: 1, encode: 2, steps: 3, facts: { pixels: 4, objects: 5 } } };

const abstained: Captioned = { ...captionFor('owl'), status: 'abstained', reason: 'LOW_CONFIDENCE', sure: ['animal'] };

/** Rules of packs by name. */
const PACKS: Record<string, object[]> = {
  small: [
    { check: 'width', min: 4 },
    { check: 'file-size', max: 3 },
    { check: 'width', min: 5, level: 'should' },
    { check: 'sharpness', min: 1 },
  ],
  once: [{ check: 'duplicates', distance: 0 }],
};

/** Ports over pictures in memory: a name is its bytes, and a name's fate is decided by the word in it. */
const fakePorts = (batch = 2) => {
  const out: string[] = [];
  const err: string[] = [];
  const choices: CaptionChoices[] = [];
  const batches: number[] = [];
  let open = 0;
  const captioner: Captioner = {
    model: 'fake@1',
    styles: ['coco', 'alt'],
    lanes: 2,
    models: 2,
    runsOn: 'cpu, 2 lanes of 1 thread',
    async caption(pictures, chosen) {
      choices.push(chosen);
      batches.push(pictures.length);
      return pictures.map(({ bytes }) => {
        const name = new TextDecoder().decode(bytes);
        if (name.includes('owl')) return abstained;
        if (name.includes('map')) return regions;
        if (name.includes('zoo')) return zoo;
        return name.includes('broken') ? new PictureError('CORRUPT', 'its pixels cannot be decoded') : captionFor(name);
      });
    },
    async close() {
      open -= 1;
    },
  };
  const fileNamed = (name: string): PictureFile => ({
    name,
    async read() {
      if (name.includes('gone')) throw new PictureError('SOURCE_GONE', 'the file cannot be opened');
      return new TextEncoder().encode(name);
    },
  });
  const ports: CommandPorts = {
    files: {
      expand: async (paths) => paths.filter((path) => path !== 'empty-folder').map(fileNamed),
      listed: async (list, root) => [fileNamed(`${root}/${list}`)],
    },
    async start({ model }) {
      if (model === 'damaged') throw new PackageRefused('model package damaged refused: encoder.onnx has sha256 a, expected b');
      open += 1;
      return { captioner, batch };
    },
    rules(name) {
      if (name === 'nowhere') throw new UsageError('nowhere: the rule pack cannot be read');
      return packOf(...(PACKS[name] ?? []));
    },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    progress: () => {},
  };
  return { ports, out, err, choices, batches, stillOpen: () => open };
};

describe('the caption command', () => {
  it('prints a line for each photo, in order, and where it runs', async () => {
    const { ports, out, err, stillOpen } = fakePorts();
    expect(await captionCommand(['dog', 'cat', 'fox'], ports)).toBe(0);
    expect(out).toEqual(['dog: A dog. (71 %, fake@1)', 'cat: A cat. (71 %, fake@1)', 'fox: A fox. (71 %, fake@1)']);
    expect(err).toEqual(['fake@1 on cpu, 2 lanes of 1 thread']);
    expect(stillOpen()).toBe(0);
  });

  it('gives one line to each photo that fails and goes on with the others', async () => {
    const { ports, out, err } = fakePorts();
    expect(await captionCommand(['gone', 'dog', 'broken', 'cat'], ports)).toBe(1);
    expect(out.map((line) => line.split(':')[0])).toEqual(['dog', 'cat']);
    expect(err).toContain('gone: SOURCE_GONE: the file cannot be opened');
    expect(err).toContain('broken: CORRUPT: its pixels cannot be decoded');
    expect(err).toContain('2 of 4 pictures failed');
  });

  it('says why it says nothing, and what is sure', async () => {
    const { ports, out } = fakePorts();
    expect(await captionCommand(['owl'], ports)).toBe(0);
    expect(out).toEqual(['owl: no caption: not sure enough (71 %); sure of: animal; the rejected guess: "a owl" (fake@1)']);
  });

  it('tells what was found in a photo only when it is asked to', async () => {
    const { ports, out } = fakePorts();
    expect(await captionCommand(['zoo', 'dog', '--facts', '--verbose'], ports)).toBe(0);
    expect(out).toEqual([
      [
        'zoo: A zoo. (71 %, fake@1)',
        '    a -0.25',
        '    decode 1 ms, encoder 2 ms, decoder 3 ms, pixels 4 ms, objects 5 ms',
        '    objects: zebra 90 % at the top left',
        '    people: 2 80 %',
        '    product: type shirt 70 %',
        '    scene: safari 60 %',
        '    colours: green 60 %',
        '    text: "ZOO"',
        '    logos: Acme 95 % in the middle',
        '    quality: sharpness 120, brightness 100, background #ffffff on 50 % of the rim, JPEG quality 85',
        '    at the top left: A zebra. (50 %)',
        '    text failed: it hung',
      ].join('\n'),
      expect.stringMatching(/^dog: A dog\./),
    ]);
    const json = fakePorts();
    await captionCommand(['zoo', 'dog', '--facts', '--json'], json.ports);
    expect(json.out.map((line) => JSON.parse(line).facts)).toEqual([FACTS, {}]);
    const plain = fakePorts();
    await captionCommand(['zoo', '--json'], plain.ports);
    expect(JSON.parse(plain.out[0] ?? '')).not.toHaveProperty('facts');
  });

  it('prints JSON lines with the same fields for every caption', async () => {
    const { ports, out } = fakePorts();
    await captionCommand(['dog', 'owl', 'broken', '--json'], ports);
    const [dog, owl, broken] = out.map((line): Record<string, unknown> => JSON.parse(line));
    expect(dog).toMatchObject({
      image: 'dog',
      status: 'captioned',
      text: 'A dog.',
      plain: 'a dog',
      reason: null,
      sure: [],
      model: 'fake@1',
    });
    expect(owl).toMatchObject({
      image: 'owl',
      status: 'abstained',
      text: null,
      reason: 'LOW_CONFIDENCE',
      sure: ['animal'],
      generalised: [],
    });
    expect(broken).toEqual({ image: 'broken', status: 'failed', code: 'CORRUPT', message: 'its pixels cannot be decoded' });
    expect(Object.keys(dog ?? {})).toEqual(Object.keys(owl ?? {}));
  });

  it('shows what was found and where', async () => {
    const { ports, out } = fakePorts();
    await captionCommand(['map'], ports);
    await captionCommand(['map', '--json'], ports);
    expect(out[0]).toBe('map: A map. (71 %, fake@1)\n    cat: 31 % x 40 % at 10 %, 20 %');
    expect(JSON.parse(out[1] ?? '')).toMatchObject({ regions: [{ label: 'cat', box: [0.1, 0.2, 0.305, 0.4] }] });
  });

  it('shows words, times and alternatives on request', async () => {
    const human = fakePorts();
    await captionCommand(['dog', '--verbose'], human.ports);
    expect(human.out[0]).toBe('dog: A dog. (71 %, fake@1)\n    a -0.25\n    decode 1 ms, encoder 2 ms, decoder 3 ms');
    const json = fakePorts();
    await captionCommand(['dog', '--verbose', '--json'], json.ports);
    expect(JSON.parse(json.out[0] ?? '')).toMatchObject({ tokens: [{ word: 'a', logProb: -0.25 }] });
  });

  it('hands batches and choices to the captioner', async () => {
    const { ports, choices, batches } = fakePorts(2);
    await captionCommand(['a', 'b', 'gone', 'd', 'e', '--beam', '5', '--n-best', '2', '--style', 'alt'], ports);
    expect(batches).toEqual([2, 1, 1]);
    expect(choices[0]).toEqual({ beamSize: 5, nBest: 2, style: 'alt' });
  });

  it('reads a list below a root', async () => {
    const { ports, out } = fakePorts();
    await captionCommand(['--list', 'ids.txt', '--root', 'photos'], ports);
    expect(out[0]).toContain('photos/ids.txt: ');
  });

  it('ends with 3 when the model package is refused', async () => {
    const { ports, err } = fakePorts();
    expect(await captionCommand(['dog', '--model', 'damaged'], ports)).toBe(3);
    expect(err).toEqual(['model package damaged refused: encoder.onnx has sha256 a, expected b']);
  });

  it.each([
    [[], 'Expected at least one photo or folder'],
    [['dog', '--beam', '0'], 'Expected a whole number from 1 to 16 for --beam but received "0"'],
    [['dog', '--n-best', 'x'], 'for --n-best'],
    [['dog', '--provider', 'tpu'], 'Expected cpu or cuda'],
    [['dog', '--colour'], "Unknown option '--colour'"],
    [['dog', '--list', 'x'], 'Expected either --list or photos, not both'],
    [['dog', '--style', 'poem'], 'Expected one of coco, alt for --style'],
    [['empty-folder'], 'No pictures were found'],
  ])('ends with 2 for %j', async (argv, words) => {
    const { ports, err, stillOpen } = fakePorts();
    expect(await captionCommand(argv, ports)).toBe(2);
    expect(err.join('\n')).toContain(words);
    expect(stillOpen()).toBe(0);
  });

  it('explains itself', async () => {
    const { ports, out } = fakePorts();
    expect(await captionCommand(['--help'], ports)).toBe(0);
    const options = Object.keys(parseCaptionArguments(['x'])).filter((name) => name !== 'paths');
    for (const option of options) expect(out[0]).toContain(`--${option.replace('nBest', 'n-best')}`);
  });

  it('judges by rules, and ends with 1 when a picture breaks one that the channel insists on', async () => {
    const { ports, out, err } = fakePorts();
    expect(await captionCommand(['dog', 'bear', '--rules', 'small'], ports)).toBe(1);
    expect(out).toEqual([
      [
        'dog: A dog. (71 %, fake@1)',
        '    own: unknown',
        '        advice   width: 4 px (at least 5 px). As said.',
        '        unknown  sharpness: the analysis "quality" has not looked at the picture. As said.',
      ].join('\n'),
      [
        'bear: A bear. (71 %, fake@1)',
        '    own: fail',
        '        fail     file-size: 0 kB (at most 0 kB). As said.',
        '        advice   width: 4 px (at least 5 px). As said.',
        '        unknown  sharpness: the analysis "quality" has not looked at the picture. As said.',
      ].join('\n'),
    ]);
    expect(err).toContain('1 of 2 pictures break rules');
  });

  it('shows rules that are kept on request, and does not fail for advice and for what is unknown', async () => {
    const { ports, out } = fakePorts();
    expect(await captionCommand(['dog', '--rules', 'small', '--verbose'], ports)).toBe(0);
    expect(out[0]).toContain('        pass     width: 4 px (at least 4 px). As said.');
  });

  it('finds duplicates among all pictures of the run, by several packs', async () => {
    const { ports, out } = fakePorts(1);
    expect(await captionCommand(['dog', 'gone', 'fox', 'dog', '--rules', 'once', '--rules', 'small', '--json'], ports)).toBe(1);
    const [dog, gone, fox] = out.map((line): { rules: { pack: string; result: string; verdicts: { measured: unknown }[] }[] } =>
      JSON.parse(line),
    );
    expect(dog?.rules.map(({ result }) => result)).toEqual(['fail', 'unknown']);
    expect(dog?.rules[0]?.verdicts[0]?.measured).toEqual(['fox', 'dog']);
    expect(fox?.rules[0]?.result).toBe('fail');
    expect(gone).not.toHaveProperty('rules');
  });

  it('refuses unknown rule packs before anything is captioned', async () => {
    const { ports, err, batches } = fakePorts();
    expect(await captionCommand(['dog', '--rules', 'nowhere'], ports)).toBe(2);
    expect(err).toEqual(['nowhere: the rule pack cannot be read', 'Try --help.']);
    expect(batches).toEqual([]);
  });
});
