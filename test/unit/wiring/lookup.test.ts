import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookupHandler } from '../../../functions/wiring/lookup.ts';
import { readVocabulary } from '../../../functions/wiring/own-vocabulary.ts';
import { namedPacks, readBundledPacks } from '../../../functions/wiring/rule-packs.ts';
import { RULE_PACKS_FILE, writeRulePacks } from '../../../infra/rule-packs.ts';
import { CALLERS } from '../../support/api.ts';

const folder = mkdtempSync(join(tmpdir(), 'cards-'));

const RULE_PACKS = join(folder, RULE_PACKS_FILE);
writeRulePacks(folder);

const config = (name: string, content?: string) => {
  const modelCardsFile = join(folder, name);
  if (content !== undefined) writeFileSync(modelCardsFile, content);
  return {
    region: 'eu-west-1',
    tableName: 'captions',
    bucket: 'photos',
    cursorSecret: 'a secret of thirty-two characters',
    modelCardsFile,
    rulePacksFile: RULE_PACKS,
    maxPictureBytes: 1,
    changesSettleMs: 0,
    tombstoneDays: 30,
    imageBaseUrl: '',
    sitePageUrl: '',
    analysis: { stages: [], textReader: 'off' as const, rulePacks: [] },
    genderNeutral: true,
    speech: 'polly' as const,
    translate: 'amazon' as const,
    keys: { keyPrefixes: [], keySuffixes: [], outputPrefix: '' },
  };
};

describe('lookupHandler', () => {
  it.each([
    ['missing', undefined],
    ['broken', '{'],
    ['another', '{"name":"m2"}'],
  ])('refuses a file of model cards that is %s, and names the setting', (name, content) => {
    expect(() => lookupHandler(config(name, content))).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/^MODEL_CARDS_FILE: /) }),
    );
  });

  it('answers', async () => {
    const handler = lookupHandler(config('cards', '[{"name":"m2","version":"1.0.0"}]'));
    const request = { rawQueryString: '', headers: {}, isBase64Encoded: false };
    const answer = await handler({
      ...request,
      rawPath: '/v1/model',
      requestContext: { http: { method: 'GET' }, authorizer: CALLERS.reader },
    });
    expect(JSON.parse(answer.body)).toEqual({ models: [{ name: 'm2', version: '1.0.0' }] });
  });

  it('has a page only where tokens are taken, and refuses to start without its files', async () => {
    const settings = config('cards', '[]');
    const home = { rawPath: '/', rawQueryString: '', headers: {}, isBase64Encoded: false, requestContext: { http: { method: 'GET' } } };
    expect((await lookupHandler(settings)(home)).headers['content-type']).toBe('application/problem+json');
    const session = { issuer: 'https://login.example.com/', audience: ['captions-api'] };
    expect(() => lookupHandler({ ...settings, session })).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/^the page: expected the file page\.css /) }),
    );
  });
});

describe('a vocabulary of the shop', () => {
  const vocabulary = (content: string | undefined) => {
    const file = join(folder, `vocabulary-${content?.length ?? 'none'}.json`);
    if (content !== undefined) writeFileSync(file, content);
    return file;
  };

  it.each([
    ['missing', undefined, 'no file that can be read'],
    ['broken', '{', 'what is no JSON'],
    ['wrong', '{"schemaVersion":2}', 'schemaVersion'],
  ])('is refused when it is %s, naming the setting', (_, content, why) => {
    expect(() => lookupHandler({ ...config('cards', '[]'), vocabularyFile: vocabulary(content) })).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(new RegExp(`^VOCABULARY_FILE: .*${why}`)) }),
    );
  });

  it('is read from its file', () => {
    const terms = [{ name: 'bag', kind: 'product', synonyms: ['sack'] }];
    const file = vocabulary(JSON.stringify({ schemaVersion: 1, atLeast: 0.5, most: 5, unknown: 'other', terms }));
    expect(readVocabulary(file, 'X').forms.get('sack')).toEqual(terms);
    expect(() => lookupHandler({ ...config('cards', '[]'), vocabularyFile: file })).not.toThrow();
  });
});

describe('the rule packs beside a bundle', () => {
  it('are those of rules/, and are found by name', () => {
    const packs = readBundledPacks(RULE_PACKS);
    expect(packs.map(({ name }) => name)).toContain('amazon-main');
    expect(namedPacks(packs, ['instagram', 'amazon-main']).map(({ name }) => name)).toEqual(['instagram', 'amazon-main']);
    expect(() => namedPacks(packs, ['ebay'])).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/^RULE_PACKS: .*"ebay"/) }),
    );
  });

  it.each([
    ['missing', undefined],
    ['broken', '['],
    ['no list', '{}'],
    ['wrong', '[{"name":"own"}]'],
  ])('are refused when they are %s, naming the setting', (name, content) => {
    const file = join(folder, `${name}.json`);
    if (content !== undefined) writeFileSync(file, content);
    expect(() => lookupHandler({ ...config('cards', '[]'), rulePacksFile: file })).toThrow(
      expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(/^RULE_PACKS_FILE/) }),
    );
  });
});
