// What is asked of Amazon Translate, and what becomes of its answers.
import { afterEach, describe, expect, it } from 'vitest';
import { amazonTranslator, translateClient, translateCode } from '../../../../functions/adapters/aws/translate.ts';
import type { TextStretch } from '../../../../functions/core/translate/translate-ports.ts';
import { startSpeechServer } from '../../../../infra/local/servers/speech-server.ts';
import { type Answer, type ScriptedServer, scriptedServer } from '../../../support/scripted-server.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const STRETCHES: TextStretch[] = [{ text: 'A sign ' }, { text: '“Müller & <Söhne>”', keep: true }, { text: ' on a <wall>.' }];

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const translate = async (answer: Answer, to = 'de', stretches = STRETCHES): Promise<string> => {
  server = await scriptedServer(answer);
  const translator = amazonTranslator(translateClient('eu-west-1', { endpoint: server.url, credentials: CREDENTIALS }));
  return translator.translate({ stretches, from: 'en-GB', to });
};
const said = (TranslatedText: string): Answer => {
  return (response) => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ TranslatedText }));
};
const refusal = (status: number, __type: string): Answer => {
  return (response) => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ __type }));
};

describe('translating', () => {
  it('sends HTML in which text in the picture is marked, and reads it back as text', async () => {
    const answer =
      '<p>Ein Schild <span translate="no">“Müller &amp; &lt;Söhne&gt;”</span> an einer &lt;Wand&gt; &#8211; &#x2014; &quot;x&quot; &foo;.</p>';
    expect(await translate(said(answer))).toBe('Ein Schild “Müller & <Söhne>” an einer <Wand> – — "x" &foo;.');
    const [asked] = server?.asked ?? [];
    expect(asked?.headers['x-amz-target']).toBe('AWSShineFrontendService_20170701.TranslateText');
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      Text: '<p>A sign <span translate="no">“Müller &amp; &lt;Söhne&gt;”</span> on a &lt;wall&gt;.</p>',
      SourceLanguageCode: 'en',
      TargetLanguageCode: 'de',
    });
  });

  it('gives nothing for nothing, and no character that is none', async () => {
    expect(await translate((response) => response.writeHead(200).end('{}'))).toBe('');
    await server?.close();
    expect(await translate(said('<p>a&#x110000;b</p>'))).toBe('ab');
  });

  it.each<[string, Answer, string]>([
    ['a language that it does not know', refusal(400, 'UnsupportedLanguagePairException'), 'LANGUAGE_NOT_TRANSLATED'],
    ['too long a text', refusal(400, 'TextSizeLimitExceededException'), 'TEXT_TOO_LONG'],
    ['no right', refusal(400, 'AccessDeniedException'), 'INTERNAL'],
    ['being busy', refusal(400, 'TooManyRequestsException'), 'UNAVAILABLE'],
    ['a failure of its own', refusal(500, 'InternalServerException'), 'UNAVAILABLE'],
  ])('of %s is %s', async (_, answer, code) => {
    await expect(translate(answer)).rejects.toMatchObject({ code });
  });

  it('is refused with the reason on a machine that has no translator', async () => {
    const local = await startSpeechServer({ port: 0 });
    const client = translateClient('us-east-1', { endpoint: local.url, credentials: CREDENTIALS });
    await expect(amazonTranslator(client).translate({ stretches: STRETCHES, from: 'en', to: 'de' })).rejects.toMatchObject({
      code: 'TRANSLATION_OFF',
    });
    client.destroy();
    await local.close();
  });
});

describe("Translate's code", () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['pt-PT', 'pt-PT'],
    ['pt-BR', 'pt'],
    ['fr-CA', 'fr-CA'],
    ['zh-Hans', 'zh'],
    ['zh-Hant', 'zh-TW'],
    ['zh-HK', 'zh-TW'],
    ['nb', 'no'],
    ['nn-NO', 'no'],
    ['fil', 'tl'],
  ])('of %s is %s', (lang, code) => expect(translateCode(lang)).toBe(code));
});
