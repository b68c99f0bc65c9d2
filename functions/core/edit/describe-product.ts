// A person or a shop's program says what product a picture shows: PUT /v1/images/{id}/product. It wins over the object's metadata.
import type { Principal } from '../lookup/principal.ts';
import { invalidField } from '../lookup/request-error.ts';
import type { CaptionRecord, Product } from '../record/record.ts';
import { checkedLine } from './check-text.ts';
import { type EditPorts, editRecord } from './edit-record.ts';

/** Bounds of product data: characters (code points) of a name, brand, colour or keyword, keywords of a list, characters of an address. */
export const PRODUCT_LIMITS = { chars: 200, keywords: 50, keywordChars: 60, urlChars: 2_000 } as const;

/** What is known of the product; all of it may be left out, which takes back what was said before. */
export type ProductData = {
  name?: string;
  brand?: string;
  colour?: string;
  keywords?: readonly string[];
  negativeKeywords?: readonly string[];
  pageUrl?: string;
};

const WEB = ['http:', 'https:'];

const wordsOf = (field: 'keywords' | 'negativeKeywords', words: readonly string[] = []): string[] => {
  if (words.length > PRODUCT_LIMITS.keywords) throw invalidField(field, `must be at most ${PRODUCT_LIMITS.keywords}`);
  const lines = words.map((word, at) => checkedLine(`${field}[${at}]`, word, PRODUCT_LIMITS.keywordChars));
  return [...new Set(lines.filter((word) => word !== ''))];
};

const lineOf = (field: 'name' | 'brand' | 'colour', text: string | undefined): Partial<Pick<Product, 'name' | 'brand' | 'colour'>> => {
  const line = text === undefined ? '' : checkedLine(field, text, PRODUCT_LIMITS.chars);
  return line === '' ? {} : { [field]: line };
};

const pageOf = (given: string | undefined): { pageUrl?: string } => {
  const text = given === undefined ? '' : checkedLine('pageUrl', given, PRODUCT_LIMITS.urlChars);
  if (text === '') return {};
  const url = URL.parse(text);
  if (url === null || !WEB.includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw invalidField('pageUrl', 'must be an http or https address without a user name');
  }
  // what is stored: each character that is not ASCII has become up to twelve
  if (url.href.length > PRODUCT_LIMITS.urlChars) {
    throw invalidField('pageUrl', `must have at most ${PRODUCT_LIMITS.urlChars} characters when it is percent-encoded`);
  }
  return { pageUrl: url.href };
};

/** Product data, checked and trimmed; undefined when nothing is said. @throws RequestError INVALID_REQUEST naming the field */
export const checkedProduct = (data: ProductData): Omit<Product, 'from' | 'at' | 'by'> | undefined => {
  const said = { ...lineOf('name', data.name), ...lineOf('brand', data.brand), ...lineOf('colour', data.colour), ...pageOf(data.pageUrl) };
  const keywords = wordsOf('keywords', data.keywords);
  const negativeKeywords = wordsOf('negativeKeywords', data.negativeKeywords);
  const isNothing = Object.keys(said).length + keywords.length + negativeKeywords.length === 0;
  return isNothing ? undefined : { ...said, keywords, negativeKeywords };
};

/**
 * The record with this product data.
 * @throws RequestError INVALID_REQUEST naming the field, NOT_FOUND, PRECONDITION_REQUIRED, PRECONDITION_FAILED, CONTENDED
 */
export const describeProduct = async (
  ports: EditPorts,
  principal: Principal,
  id: string,
  data: ProductData,
  ifMatch: string | undefined,
): Promise<CaptionRecord> => {
  const said = checkedProduct(data);
  return editRecord(ports, principal, id, ifMatch, (record, by, now) => {
    if (said !== undefined) return { ...record, product: { ...said, from: 'api', by, at: now } };
    const { product, ...others } = record;
    return product === undefined ? record : others;
  });
};
