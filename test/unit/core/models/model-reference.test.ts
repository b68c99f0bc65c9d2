import { describe, expect, it } from 'vitest';
import { packageNameOf, parseReference, versionOf } from '../../../../functions/core/models/model-reference.ts';

describe('a reference', () => {
  it.each([
    ['Owner/Name@main', { repository: 'Owner/Name', revision: 'main' }],
    ['gpt2@607a30d783dfa663caf39e06633721c8d4cfcd7e', { repository: 'gpt2', revision: '607a30d783dfa663caf39e06633721c8d4cfcd7e' }],
    ['a/b.c-d_e@refs/pr/1', { repository: 'a/b.c-d_e', revision: 'refs/pr/1' }],
  ])('is read from %s', (text, expected) => expect(parseReference(text)).toEqual(expected));

  it.each([
    '',
    'a/b',
    '@main',
    'a/b@',
    'a/b/c@main',
    '../b@main',
    'a/..@main',
    'a/b@../x',
    'a/b@x y',
    'a/-b@main',
    'https://hub/a/b@main',
    'a/b@x/../y',
  ])('is refused when it is "%s"', (text) => expect(() => parseReference(text)).toThrow(/^Expected a repository with a revision/));

  it('proposes a revision when there is none', () => {
    expect(() => parseReference('a/b')).toThrow('a/b@main, or better @ and a commit');
  });
});

describe('a name', () => {
  it('is the repository in lower case, or as asked', () => {
    expect(packageNameOf({ repository: 'Owner/ViT-GPT2', revision: 'main' }, undefined)).toBe('vit-gpt2');
    expect(packageNameOf({ repository: 'gpt2', revision: 'main' }, undefined)).toBe('gpt2');
    expect(packageNameOf({ repository: 'Owner/ViT-GPT2', revision: 'main' }, 'large')).toBe('large');
  });

  it.each(['', 'Large', '.x', 'a/b', '..', 'pulled', 'a b', 'x'.repeat(65)])('is refused when it is "%s"', (name) => {
    expect(() => packageNameOf({ repository: 'a/b', revision: 'main' }, name)).toThrow('choose one by --name');
  });
});

it('makes a version that stands for one set of weights: records name models by it', () => {
  const pin = `01234567${'f'.repeat(56)}`;
  const commit = '607a30d783dfa663caf39e06633721c8d4cfcd7e';
  expect(versionOf({ revision: commit, dtype: 'fp32', pin })).toBe('607a30d783df');
  expect(versionOf({ revision: commit, dtype: 'q8', pin })).toBe('607a30d783df-q8');
  expect(versionOf({ revision: 'refs/pr/1', dtype: 'fp32', pin })).toBe('refs-pr-1-01234567');
  expect(versionOf({ revision: 'main', dtype: 'fp16', pin })).toBe('main-01234567-fp16');
});
