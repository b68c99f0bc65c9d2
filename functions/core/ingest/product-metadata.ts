// What an object's metadata say about the product that it shows. Metadata of S3 are ASCII: other characters come percent-encoded in UTF-8, or
// as encoded words of RFC 2047, as S3 itself writes them.
import { checkedProduct, PRODUCT_LIMITS, type ProductData } from '../edit/describe-product.ts';
import { RequestError } from '../lookup/request-error.ts';
import type { FetchedObject } from '../ports.ts';
import type { Product } from '../record/record.ts';
import type { Result } from '../record/record-rules.ts';

/** Names of the metadata (x-amz-meta-...) by the field of the product. */
const PRODUCT_METADATA = {
  name: 'product-name',
  brand: 'product-brand',
  colour: 'product-colour',
  keywords: 'product-keywords',
  negativeKeywords: 'product-negative-keywords',
  pageUrl: 'page-url',
} as const satisfies Record<keyof ProductData, string>;

/** Most bytes of all metadata of an object: S3's limit. */
export const MAX_METADATA_BYTES = 2_048;

const ENCODED_WORD = /=\?([\w-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?\s]*)\?=/gi;

const bytesOfQ = (text: string): Uint8Array => {
  const plain = text.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};

const bytesOfB = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const decodedWord = (whole: string, charset: string, encoding: string, text: string): string => {
  try {
    const bytes = encoding.toLowerCase() === 'b' ? bytesOfB(text) : bytesOfQ(text);
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return whole;
  }
};

const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const isEncodedWords = (value: string): boolean => value.includes('=?');

const wordsDecoded = (value: string): string => value.replace(/\?=\s+=\?/g, '?==?').replace(ENCODED_WORD, decodedWord);

/** A value of S3's metadata as it was meant. What is no encoding stays as it is, such as "50% off". */
export const decodedMetadata = (value: string): string => (isEncodedWords(value) ? wordsDecoded(value) : percentDecoded(value));

/** The words of a list as they were meant: a comma that is percent-encoded is one of a word. */
const wordsOf = (list: string): string[] => {
  const words = isEncodedWords(list) ? wordsDecoded(list).split(',') : list.split(',').map(percentDecoded);
  return words.map((word) => word.trim()).filter((word) => word !== '');
};

const dataOf = (field: keyof ProductData, value: string): ProductData =>
  field === 'keywords' || field === 'negativeKeywords'
    ? { [field]: wordsOf(value).slice(0, PRODUCT_LIMITS.keywords) }
    : { [field]: decodedMetadata(value) };

/** What is not as it should be is left out: nobody is there who could be told. */
const usable = (data: ProductData): ProductData => {
  try {
    checkedProduct(data);
    return data;
  } catch (thrown) {
    if (!(thrown instanceof RequestError)) throw thrown;
    return {};
  }
};

/** The product that metadata (names without x-amz-meta-) tell of, `at` ms since 1970; undefined when they tell nothing of it. */
export const productOfMetadata = (metadata: Readonly<Record<string, string>>, at: number): Product | undefined => {
  const fields = Object.entries(PRODUCT_METADATA) as [keyof ProductData, string][];
  const told = fields.flatMap(([field, name]) => {
    const value = metadata[name];
    return value === undefined ? [] : [usable(dataOf(field, value))];
  });
  const said = checkedProduct(Object.assign({}, ...told));
  return said && { ...said, from: 'metadata', at };
};

/** Product data as metadata of an upload: percent-encoded, lists with commas. */
export const metadataOfProduct = (data: ProductData): Record<string, string> => {
  const fields = Object.entries(PRODUCT_METADATA) as [keyof ProductData, string][];
  const encoded = (value: string | readonly string[]): string =>
    typeof value === 'string' ? encodeURIComponent(value) : value.map((word) => encodeURIComponent(word)).join(',');
  return Object.fromEntries(
    fields.flatMap(([field, name]) => {
      const value = data[field];
      return value === undefined || value.length === 0 ? [] : [[name, encoded(value)]];
    }),
  );
};

/** What an object says of itself: its version, and the product that it shows. `at` in ms since 1970. */
export const sourceOf = (
  { etag, versionId, metadata }: Omit<FetchedObject, 'bytes'>,
  at: number,
): Pick<Result, 'etag' | 'versionId' | 'product'> => {
  const product = metadata && productOfMetadata(metadata, at);
  return { etag, ...(versionId !== undefined && { versionId }), ...(product && { product }) };
};
