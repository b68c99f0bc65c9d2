import { expect, it } from 'vitest';
import { licenceOf, NO_LICENCE } from '../../../../functions/core/models/licence.ts';
import { modelCard } from '../../../../functions/core/models/model-card.ts';

it.each([
  ['---\nlicense: apache-2.0\n---\n# x', 'apache-2.0'],
  ['\uFEFF---\r\ntags:\r\n- a\r\nlicense: "mit"\r\n---\r\n', 'mit'],
  ["---\nlicense: 'cc-by-4.0'  \n---\n", 'cc-by-4.0'],
  ['---\nlicense: other\nlicense_name: my-licence\nlicense_link: LICENSE\n---\n', 'my-licence'],
  ['---\nlicense: other\n---\n', 'other'],
  ['---\ntags: []\n---\nlicense: mit', NO_LICENCE],
  ['# no front matter\nlicense: mit', NO_LICENCE],
  [`---\nlicense: ${'x'.repeat(200)}\n---\n`, NO_LICENCE],
  ['', NO_LICENCE],
])('reads the licence of %j', (readme, expected) => {
  expect(licenceOf(readme)).toBe(expected);
});

it('tells in the card what the package is made of', () => {
  const file = { path: 'decoder.onnx', bytes: 7, sha256: 'd'.repeat(64) };
  const facts = {
    name: 'large',
    reference: { repository: 'a/b', revision: 'v1' },
    commit: 'c'.repeat(40),
    layout: 'blip',
    dtype: 'fp16',
    pin: 'p'.repeat(64),
  };
  const card = modelCard({ ...facts, licence: 'mit', sources: [{ ...file, path: 'onnx/d.onnx' }], files: [file] });
  for (const part of [
    '# large',
    'a/b, asked for as v1',
    facts.commit,
    'names: mit',
    'blip',
    'fp16',
    facts.pin,
    '| onnx/d.onnx | 7 |',
    `| decoder.onnx | 7 | ${file.sha256} |`,
  ])
    expect(card).toContain(part);
  expect(card).not.toContain('Without a licence');
  expect(modelCard({ ...facts, licence: NO_LICENCE, sources: [], files: [] })).toContain('Without a licence');
});
