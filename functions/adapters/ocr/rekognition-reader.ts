// Amazon Rekognition DetectText: reads lines that are put on sheets, one request for each sheet. It has no dictionary and names no language.
// https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectText.html
import { DetectTextCommand, RekognitionClient, type TextDetection } from '@aws-sdk/client-rekognition';
import type { LineImage, ReadLine, ReadWord, TextReader } from '../../core/facts/text-reader.ts';
import { fromAws } from '../aws/aws-errors.ts';
import { type ClientPlace, requestSettings } from '../aws/aws-requests.ts';
import { greyPng } from './grey-png.ts';
import { lineAt, lineSheets, type Sheet } from './line-sheets.ts';

const BOUNDS = { connectTimeoutMs: 1000, requestTimeoutMs: 5000, attempts: 2, sockets: 2 };
const WHAT = 'the text reader';

/** The version of the service's interface: it does not say beforehand which model answers. */
const BY = 'amazon-rekognition@2016-06-27';

/** A client for Rekognition; one for each process. Without a region it takes the one that the SDK finds: Lambda tells it. */
export const rekognitionClient = (region?: string, place: ClientPlace = {}): RekognitionClient =>
  new RekognitionClient({ ...(region !== undefined && { region }), ...place, ...requestSettings(BOUNDS) });

type Placed = { line: number; left: number; word: ReadWord };

/** A found word and where it is; what is no word, or has no place, is passed over. */
const placed = (sheet: Sheet, { Type: type, DetectedText: text, Confidence: percent = 0, Geometry: geometry }: TextDetection): Placed[] => {
  const box = geometry?.BoundingBox;
  if (type !== 'WORD' || text === undefined || box?.Top === undefined || box.Left === undefined) return [];
  const middle = (box.Top + (box.Height ?? 0) / 2) * sheet.image.height;
  return [{ line: lineAt(sheet, middle), left: box.Left, word: { text, confidence: percent / 100, known: false } }];
};

const linesOf = (sheet: Sheet, detections: readonly TextDetection[]): ReadLine[] => {
  const words = detections.flatMap((detection) => placed(sheet, detection)).toSorted((a, b) => a.left - b.left);
  return sheet.tops.map((_, i) => ({ words: words.filter(({ line }) => line === i).map(({ word }) => word) }));
};

/** Rekognition by a client. @param timeoutMs for all lines of a picture together */
export const rekognitionReader = (client: RekognitionClient, timeoutMs: number): TextReader => ({
  by: BY,
  async read(lines: readonly LineImage[]) {
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const read: ReadLine[] = [];
    try {
      for (const sheet of lineSheets(lines)) {
        const { TextDetections: found = [] } = await client.send(new DetectTextCommand({ Image: { Bytes: greyPng(sheet.image) } }), {
          abortSignal,
        });
        read.push(...linesOf(sheet, found));
      }
    } catch (thrown) {
      throw fromAws(thrown, WHAT);
    }
    return read;
  },
});
