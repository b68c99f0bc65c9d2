// The fixed palette that measured colours are named by: docs/colours.md says how it was chosen. Each name has one or more examples, and a
// colour has the name of the example that is nearest by CIEDE2000. All names are known to core/text/colours.ts, word by word.
import { type Lab, labOfHex } from './colour-space.ts';
import { deltaE2000 } from './delta-e.ts';

const EXAMPLES = {
  black: '#000000 #141416 #1c1a1b',
  charcoal: '#343638 #40424a #2b2d30 #48494b',
  grey: '#5c5c5e #6e6e6e #888a8c #a2a2a0 #7d8288 #6c7684',
  taupe: '#8b7f77 #6e635c #a59a90',
  silver: '#b8b8b8 #cbcccd #b2c2c7 #bdbabf',
  white: '#ffffff #f2f2f2 #e3e3e4 #eef2f6 #e2ebf2',
  cream: '#fffdd5 #fbf3dc #f5ecd0',
  beige: '#e6daa6 #e3d3b4 #d9c8a9 #cfbfa6',
  tan: '#d1b26f #c4a06e #b98d5a #bfa285',
  khaki: '#aaa662 #9f9668 #b5ab7c',
  brown: '#653700 #7d4e2c #8f6a48 #4a2c17 #5c4433 #341c02 #8c5a3c #6f5a4e #85660f #4c3a34',
  rust: '#a83c09 #b5522b',
  maroon: '#650021 #5c0f17 #6b1c2e #4a0a14 #7b1f2e',
  red: '#e50000 #c4101e #d62b2b #a81420 #f2382f #ca0f40 #f04c48 #d8504e',
  coral: '#ff7a66 #f98f80 #f08070',
  peach: '#ffb07c #ffc8a4 #f7bd9c',
  orange: '#f97306 #ff9a1f #e0661a #fdaa48',
  mustard: '#ceb301 #d9a520 #c49a1c #a88905',
  yellow: '#ffff14 #ffe52e #fdf06a #f7d23a #fff59a',
  lime: '#aaff32 #b4e01c #98d82a #a5b82c',
  green: '#15b01a #2e8b3d #056b25 #0f4a24 #033500 #5fbf5f #4fa04a #87ae73 #3c6b4a #8fd98a #00d45a',
  olive: '#6e750e #5c5f24 #7d7c3a #4a4c1f #8f9a14',
  mint: '#9ffeb0 #b6f2cf #a5e8c8',
  teal: '#029386 #0a6e70 #2f8a86 #014d4e',
  turquoise: '#06c2ac #3fd5cf #5ce0d8 #13eac9 #00ffff',
  'light blue': '#95d0fc #a9c9e8 #bcd9f0 #7db8e8',
  blue: '#0343df #2a62c8 #1f7ae0 #3f7fbf #0a38a0 #0504aa #5a86b4 #1b9be6 #4d6fa0',
  navy: '#01153e #14234f #1b2a4a #0a1f6b #2a3658 #343d50 #222a40 #3c435f',
  purple: '#7e1e9c #5c2d82 #4b2a6b #9a4fc4 #35063e #380282 #8a5aa8',
  lavender: '#c79fef #cdb7e6 #a89ad0 #bf8fd8',
  plum: '#580f41 #6e2a58 #8a4a78',
  magenta: '#c20078 #d6149a #ed0dd9',
  pink: '#ff81c0 #ffb6cf #f7c8d4 #e8709c #ff4fa0 #d98a9c #cb416b #f2dce0',
} as const;

/** A name of the palette. */
export type ColourName = keyof typeof EXAMPLES;

/** The palette: each name with its examples in hex. */
export const PALETTE: readonly { name: ColourName; examples: readonly string[] }[] = Object.entries(EXAMPLES).map(([name, examples]) => ({
  name: name as ColourName,
  examples: examples.split(' '),
}));

const POINTS = PALETTE.flatMap(({ name, examples }) => examples.map((hex) => ({ name, lab: labOfHex(hex) })));

/** The name of a colour, always one of the palette. */
export const colourName = (lab: Lab): ColourName => {
  let nearest: ColourName = 'black';
  let least = Number.POSITIVE_INFINITY;
  for (const point of POINTS) {
    const distance = deltaE2000(lab, point.lab);
    if (distance < least) [least, nearest] = [distance, point.name];
  }
  return nearest;
};
