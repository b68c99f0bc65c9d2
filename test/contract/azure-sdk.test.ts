// Programs written for Azure Image Analysis 4.0 can read our view: Microsoft's own client of it, pointed at a server that answers the view.
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { AzureKeyCredential } from '@azure/core-auth';
import type { ImageAnalysisResultOutput } from '@azure-rest/ai-vision-image-analysis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azureView } from '../../functions/core/views/azure-view.ts';
import { analysedRecord } from '../support/analysed-record.ts';
import { api, readyRecord } from '../support/api.ts';

/** The package is CommonJS with a default export beside others, which imports of ES modules and of the test runner see differently. */
const sdk: typeof import('@azure-rest/ai-vision-image-analysis') = createRequire(import.meta.url)('@azure-rest/ai-vision-image-analysis');

const FEATURES = ['Caption', 'DenseCaptions', 'Tags', 'Objects', 'Read', 'SmartCrops', 'People'];
const RULES = { genderNeutral: true };

describe('the client of Azure Image Analysis', () => {
  let server: Server;
  let endpoint = '';
  let answer: { status: number; body: string };

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const analyse = async (): Promise<ImageAnalysisResultOutput> => {
    const client = sdk.default(endpoint, new AzureKeyCredential('key'), {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
    const response = await client.path('/imageanalysis:analyze').post({
      body: { url: 'https://images.example.com/a.jpg' },
      queryParameters: { features: FEATURES },
      contentType: 'application/json',
    });
    if (sdk.isUnexpected(response)) throw new Error(response.body.error.message);
    return response.body;
  };

  it('reads what our API answers', async () => {
    const record = await analysedRecord('a.jpg');
    const { statusCode, body } = await api([record]).ask('GET', `/v1/images/${record.id}`, { query: 'view=azure' });
    answer = { status: statusCode, body };
    // checked by the compiler: the view is the client's model of the response
    const view: ImageAnalysisResultOutput = azureView(record, RULES);
    const result = await analyse();
    expect(result).toEqual(view);
    expect(result.captionResult?.text).toMatch(/cat/i);
    expect(result.objectsResult?.values.map(({ tags: [tag] }) => tag?.name)).toEqual(['person', 'dog']);
    expect(result.peopleResult?.values).toEqual([{ boundingBox: { x: 400, y: 120, w: 320, h: 960 }, confidence: 0.91 }]);
    expect(result.readResult?.blocks.flatMap(({ lines }) => lines.map(({ text }) => text))).toEqual(['STOP', 'No entry']);
  });

  it('finds every part of a picture that nobody has looked at, empty', async () => {
    const record = await readyRecord('b.jpg', { state: 'PENDING', texts: {} });
    const { statusCode, body } = await api([record]).ask('GET', `/v1/images/${record.id}`, { query: 'view=azure' });
    answer = { status: statusCode, body };
    const result = await analyse();
    expect(result.captionResult).toEqual({ text: '', confidence: 0 });
    for (const part of ['denseCaptionsResult', 'objectsResult', 'peopleResult', 'smartCropsResult'] as const) {
      expect(result[part]).toEqual({ values: [] });
    }
    expect(result.readResult).toEqual({ blocks: [] });
  });
});
