// Which code is which reader of text.
import type { TextReader } from '../../core/facts/text-reader.ts';
import { rekognitionClient, rekognitionReader } from './rekognition-reader.ts';
import { tesseractReader } from './tesseract-reader.ts';

/** Tesseract on this machine, or Amazon Rekognition in the region that the SDK finds; `timeoutMs`: for all lines of a picture together. */
export type TextReaderOrders = { kind: 'tesseract' | 'rekognition'; timeoutMs: number };

/** The reader. @throws CodedError CONFIG when Tesseract's files are not here */
export const makeTextReader = ({ kind, timeoutMs }: TextReaderOrders): TextReader =>
  kind === 'tesseract' ? tesseractReader(timeoutMs) : rekognitionReader(rekognitionClient(), timeoutMs);
