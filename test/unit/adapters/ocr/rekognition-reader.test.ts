// What is asked of Rekognition, and which line its words belong to.
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { LINES_A_SHEET, lineAt, lineSheets } from '../../../../functions/adapters/ocr/line-sheets.ts';
import { rekognitionClient, rekognitionReader } from '../../../../functions/adapters/ocr/rekognition-reader.ts';
import type { LineImage } from '../../../../functions/core/facts/text-reader.ts';
import { type Answer, type ScriptedServer, scriptedServer } from '../../../support/scripted-server.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const TIMEOUT_MS = 5000;

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const line = (level: number, width = 90): LineImage => ({ data: new Uint8Array(width * 50).fill(level), width, height: 50 });

const reader = async (answer: Answer, timeoutMs = TIMEOUT_MS) => {
  server = await scriptedServer(answer);
  return rekognitionReader(rekognitionClient('eu-west-1', { endpoint: server.url, credentials: CREDENTIALS }), timeoutMs);
};
const json = (status: number, body: unknown): Answer => {
  return (response) => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
};
const word = (DetectedText: string, Left: number, Top: number, Type = 'WORD') => ({
  DetectedText,
  Type,
  Confidence: 97.5,
  Geometry: { BoundingBox: { Left, Top, Width: 0.2, Height: 0.1 } },
});

describe('sheets of lines', () => {
  it('puts lines one below the other, the narrow ones on white', () => {
    const [sheet] = lineSheets([line(10), line(20, 120)]);
    expect(sheet?.tops).toEqual([0, 74]);
    expect([sheet?.image.width, sheet?.image.height]).toEqual([120, 148]);
    const at = (x: number, y: number) => sheet?.image.data[y * 120 + x];
    expect([at(0, 0), at(89, 49), at(90, 0), at(0, 60), at(119, 74), at(0, 124)]).toEqual([10, 10, 255, 255, 20, 255]);
    expect(sheet === undefined ? [] : [-3, 0, 60, 74, 147].map((y) => lineAt(sheet, y))).toEqual([0, 0, 0, 1, 1]);
  });

  it('begins a new sheet after so many lines', () => {
    expect(lineSheets(Array.from({ length: LINES_A_SHEET + 2 }, () => line(0))).map(({ tops }) => tops.length)).toEqual([LINES_A_SHEET, 2]);
    expect(lineSheets([])).toEqual([]);
  });
});

describe('reading with Rekognition', () => {
  it('sends a sheet as PNG and gives each line its words from left to right', async () => {
    const found = [word('whole line', 0, 0, 'LINE'), word('bread', 0.5, 0.1), word('Fresh', 0.1, 0.12), word('daily', 0.1, 0.7)];
    const rekognition = await reader(json(200, { TextDetections: [...found, { Type: 'WORD', DetectedText: 'nowhere' }] }));
    await expect(rekognition.read([line(0), line(9)])).resolves.toEqual([
      {
        words: [
          { text: 'Fresh', confidence: 0.975, known: false },
          { text: 'bread', confidence: 0.975, known: false },
        ],
      },
      { words: [{ text: 'daily', confidence: 0.975, known: false }] },
    ]);
    const [asked] = server?.asked ?? [];
    expect(asked?.headers['x-amz-target']).toBe('RekognitionService.DetectText');
    const png = Buffer.from((JSON.parse(asked?.body ?? '') as { Image: { Bytes: string } }).Image.Bytes, 'base64');
    const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, data[0], data[60 * 90], data[80 * 90]]).toEqual([90, 148, 0, 255, 9]);
  });

  it('asks for nothing where there are no lines, and takes an empty answer', async () => {
    const rekognition = await reader(json(200, {}));
    await expect(rekognition.read([])).resolves.toEqual([]);
    expect(server?.asked).toEqual([]);
    await expect(rekognition.read([line(0)])).resolves.toEqual([{ words: [] }]);
  });

  it('turns what AWS answers into an error of ours, and gives up after its time', async () => {
    await expect((await reader(json(400, { __type: 'AccessDeniedException' }))).read([line(0)])).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    await server?.close();
    await expect((await reader(json(400, { __type: 'ThrottlingException' }))).read([line(0)])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await server?.close();
    await expect((await reader(() => {}, 50)).read([line(0)])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
