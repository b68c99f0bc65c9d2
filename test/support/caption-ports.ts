// The caption command over pictures in memory, with a captioner whose answers are known.
import type { CaptionChoices, Captioned, Captioner } from '../../functions/core/caption.ts';
import { PackageRefused, PictureError, UsageError } from '../../functions/core/errors.ts';
import type { Facts } from '../../functions/core/facts/facts.ts';
import type { PictureFile } from '../../functions/core/ports.ts';
import type { CommandPorts } from '../../functions/handlers/caption/caption-command.ts';
import { packOf } from './rule-subjects.ts';

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

/** What is found in a picture with "zoo" in its name. */
export const FACTS: Facts = {
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

const zoo: Captioned = {
  ...captionFor('zoo'),
  facts: FACTS,
  ms: { decode: 1, encode: 2, steps: 3, facts: { pixels: 4, objects: 5 } },
};

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
export const fakePorts = (batch = 2) => {
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
