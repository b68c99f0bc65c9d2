// Boxes as transformers' Florence2PostProcessor gave them for these answers, on an image of 1 000 000 x 1 000 000 px.
import { describe, expect, it } from 'vitest';
import { labelsOf, regionsOf } from '../../../functions/captioner/regions.ts';

describe('regions of an answer', () => {
  it.each([
    [
      '</s><s>cat<loc_10><loc_20><loc_300><loc_400>dog<loc_0><loc_0><loc_999><loc_999><loc_1><loc_2><loc_3><loc_4></s><pad>',
      [
        ['cat', 10500, 20500, 300500, 400500],
        ['dog', 500, 500, 999500, 999500],
        ['dog', 1500, 2500, 3500, 4500],
      ],
    ],
    ['  two words <loc_1><loc_2><loc_3><loc_4>', [['two words', 1500, 2500, 3500, 4500]]],
    ['<loc_1><loc_2><loc_3><loc_4>x<loc_5><loc_6><loc_7>', []],
    ['caf\u00e9<loc_5><loc_6><loc_7><loc_8><loc_9>', [['caf', 5500, 6500, 7500, 8500]]],
    ['no boxes', []],
    ['a\nb<loc_5><loc_6><loc_7><loc_8>', []],
    ['\n\ta\rb\t<loc_5><loc_6><loc_7><loc_8>', [['a\rb', 5500, 6500, 7500, 8500]]],
    [
      'x<loc_1><loc_2>y<loc_5><loc_6><loc_7><loc_8>z<loc_5><loc_6><loc_7><loc_8>',
      [
        ['loc_2>y', 5500, 6500, 7500, 8500],
        ['z', 5500, 6500, 7500, 8500],
      ],
    ],
  ] as const)('%s', (answer, expected) => {
    const corners = regionsOf(answer).map(({ label, box: [left, top, width, height] }) => [
      label,
      ...[left, top, left + width, top + height].map((side) => Math.round(side * 1e6)),
    ]);
    expect(corners).toEqual(expected);
  });

  it.each([
    ['words without boxes', 'a'.repeat(200_000)],
    ['spaces before a label of two lines', `${' '.repeat(200_000)}a\nb<loc_5><loc_6><loc_7><loc_8>`],
    ['phrases without enough boxes', 'a<loc_1>'.repeat(25_000)],
  ])('take a time that grows with the answer: %s', (_, answer) => {
    expect(regionsOf(answer)).toEqual([]); // minutes, and so the time limit of tests, when each character is a beginning of its own
  });

  it('have boxes with a size, whichever corner comes first', () => {
    expect(regionsOf('lamp<loc_500><loc_400><loc_100><loc_50>')).toEqual([{ label: 'lamp', box: [0.1005, 0.0505, 0.4, 0.35] }]);
  });

  it('are counted by label', () => {
    const box = [0, 0, 1, 1] as const;
    expect(labelsOf(['cat', 'dog', 'cat'].map((label) => ({ label, box })))).toEqual(['cat (2)', 'dog']);
  });
});
