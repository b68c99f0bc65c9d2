import { describe, expect, it } from 'vitest';
import { parseCaptionArguments } from '../../../../functions/handlers/caption/caption-arguments.ts';
import { captionCommand } from '../../../../functions/handlers/caption/caption-command.ts';
import { FACTS, fakePorts } from '../../../support/caption-ports.ts';

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
        '    people: 2 (exactly 2: 80 %)',
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
});
