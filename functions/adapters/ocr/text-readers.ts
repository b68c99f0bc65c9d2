// Which code is which reader of text.
import type { TextReader } from '../../core/facts/text-reader.ts';
import { rekognitionClient, rekognitionReader } from './rekognition-reader.ts';
import { tesseractReader } from './tesseract-reader.ts';

/** Readers of text: Tesseract on this machine, or Amazon Rekognition in a region. `timeoutMs`: for all lines of a picture together. */
export type TextReaderOrders = { kind: 'tesseract'; timeoutMs: number } | { kind: 'rekognition'; region: string; timeoutMs: number };

/** The reader. @throws CodedError CONFIG when Tesseract's files are not here */
export const makeTextReader = (orders: TextReaderOrders): TextReader =>
  orders.kind === 'tesseract' ? tesseractReader(orders.timeoutMs) : rekognitionReader(rekognitionClient(orders.region), orders.timeoutMs);
