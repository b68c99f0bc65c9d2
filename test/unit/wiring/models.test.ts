import { rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readModelsConfig } from '../../../functions/wiring/config.ts';
import { startFakeHub } from '../../support/fake-hub.ts';
import { fixtureRepository } from '../../support/fixture-repository.ts';
import { finalState, modelsFolder, runModels } from '../../support/models-run.ts';
import { pullAndCaption } from '../../support/pulled-layout.ts';
import { tinyRepository } from '../../support/tiny-repository.ts';

const roots: string[] = [];
const newRoot = (): string => {
  const root = modelsFolder();
  roots.push(root);
  return root;
};
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

describe('the settings', () => {
  it('are those that the tools of the hub heed', () => {
    const { hub } = readModelsConfig({
      HF_ENDPOINT: 'https://mirror.example/hf/',
      HF_TOKEN: 't',
      HF_HUB_DOWNLOAD_TIMEOUT: '7',
      HTTPS_PROXY: 'http://proxy:1',
      no_proxy: 'a,b',
    });
    expect(hub).toEqual({
      endpoint: 'https://mirror.example/hf',
      token: 't',
      stallMs: 7000,
      proxies: { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: 'a,b' },
    });
    expect(readModelsConfig({}).hub).toEqual({ endpoint: 'https://huggingface.co', token: undefined, stallMs: 30_000, proxies: {} });
  });

  it('never show a password', () => {
    expect(() => readModelsConfig({ HTTPS_PROXY: 'user:secret@proxy:1' })).toThrow(
      /^HTTPS_PROXY: expected an address that starts with https:\/\/ or http:\/\/ but received 19 characters/,
    );
  });
});

describe('the command', () => {
  it('pulls a repository, which then captions', async () => {
    await pullAndCaption(newRoot(), 'vit-gpt2');
  });

  it('places nothing that does not run', async () => {
    const repository = fixtureRepository('blip');
    repository.files.set('onnx/encoder_model.onnx', Buffer.from('no graph'));
    const hub = await startFakeHub(repository);
    const root = newRoot();
    const { code, err } = await runModels(root, { HF_ENDPOINT: hub.endpoint }, 'pull', 'reference/blip@main');
    await hub.close();
    expect(code).toBe(1);
    expect(err).toHaveLength(4);
    expect(await finalState(root, 'blip')).toBe('none');
  });

  it('goes through a proxy, except to hosts of NO_PROXY', async () => {
    const hub = await startFakeHub(tinyRepository());
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '');
      const onward = httpRequest(request.url ?? '', { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      onward.end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const env = { HF_ENDPOINT: hub.endpoint, HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const through = await runModels(newRoot(), env, 'pull', 'someone/Tiny-Captioner@none');
    const around = await runModels(newRoot(), { ...env, NO_PROXY: '127.0.0.1' }, 'pull', 'someone/Tiny-Captioner@none');
    proxy.closeAllConnections();
    proxy.close();
    await hub.close();
    expect([through.err, around.err]).toEqual(Array(2).fill(['someone/Tiny-Captioner has no revision none: use a commit, a tag, or main']));
    expect(asked).toEqual([`${hub.endpoint}/api/models/someone/Tiny-Captioner/revision/none?blobs=true`]);
  });
});
