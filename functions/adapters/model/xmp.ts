// Texts for people that a picture brings along, from its XMP packet. The packet is untrusted: it is read in the decoder process
// only, within bounds, without entities of its own, and whatever is wrong with it means that there is no such text.
import { XMLParser } from 'fast-xml-parser';
import type { EmbeddedText, EmbeddedTexts } from '../../core/caption.ts';

/** Largest packet that is parsed, in bytes; Photoshop's histories reach about 100 kB. */
export const MAX_XMP_BYTES = 256 * 1024;

/** Longest text that is taken, in UTF-16 units; a longer one is no description. */
export const MAX_EMBEDDED_TEXT_LENGTH = 8_192;

/** Deepest nesting of elements; XMP needs about ten. */
const MAX_DEPTH = 32;

/** A namespace has one prefix in every real packet. */
const MAX_PREFIXES = 4;

const IPTC_CORE = 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const ATTRIBUTE = '@';
const TEXT = '#text';
const ANY_LANGUAGE = 'x-default';
const LANGUAGE_TAG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,8}$/;

type Element = Record<string, unknown>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE,
  textNodeName: TEXT,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  ignorePiTags: true,
  ignoreDeclaration: true,
  maxNestedTags: MAX_DEPTH,
});

const PREDEFINED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five entities that XML always has, and numbers; all others stay as they are written. */
const unescapeXml = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return PREDEFINED[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16));
  });

/** One line without control characters. */
const cleaned = (raw: unknown): string | undefined => {
  if (typeof raw !== 'string') return undefined;
  const text = unescapeXml(raw)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toWellFormed();
  return text === '' || text.length > MAX_EMBEDDED_TEXT_LENGTH ? undefined : text;
};

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const textOf = (value: unknown): string | undefined => cleaned(isElement(value) ? value[TEXT] : value);

/** Prefixes that the packet declares for a namespace, anywhere. */
const prefixesOf = (packet: string, namespace: string): string[] =>
  [...packet.matchAll(/\sxmlns:([\w.-]{1,64})\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
    .filter(([, , double, single]) => (double ?? single) === namespace)
    .slice(0, MAX_PREFIXES)
    .map(([, prefix = '']) => prefix);

/** The elements named rdf:`name` inside of an element. */
const inside = (value: unknown, name: string, rdf: readonly string[]): unknown[] =>
  listOf(value).flatMap((element) => (isElement(element) ? rdf.flatMap((prefix) => listOf(element[`${prefix}:${name}`] ?? [])) : []));

const itemOf = (value: unknown): EmbeddedText[] => {
  const text = textOf(value);
  const lang = isElement(value) ? value[`${ATTRIBUTE}xml:lang`] : undefined;
  return text === undefined ? [] : [{ text, lang: typeof lang === 'string' && LANGUAGE_TAG.test(lang) ? lang : ANY_LANGUAGE }];
};

/** The default one of several languages; it is told with its language where another item says the same words. */
const chosen = (items: readonly EmbeddedText[]): EmbeddedText | undefined => {
  const preferred = items.find(({ lang }) => lang.toLowerCase() === ANY_LANGUAGE) ?? items[0];
  return items.find(({ text, lang }) => text === preferred?.text && lang.toLowerCase() !== ANY_LANGUAGE) ?? preferred;
};

/**
 * The texts of a packet as UTF-8 bytes; never throws.
 * Read as language alternatives (rdf:Alt), as a plain property and as an attribute.
 */
export const embeddedTexts = (xmp: Uint8Array | undefined): EmbeddedTexts => {
  if (xmp === undefined || xmp.length > MAX_XMP_BYTES) return {};
  try {
    const packet = new TextDecoder('utf-8', { fatal: true }).decode(xmp).replace(/\0+$/, '');
    if (/<!(?:DOCTYPE|ENTITY)/i.test(packet)) return {};
    const core = prefixesOf(packet, IPTC_CORE);
    const rdf = prefixesOf(packet, RDF);
    if (core.length === 0) return {};
    const root: unknown = parser.parse(packet);
    const wrapped = isElement(root) ? Object.values(root) : [];
    const descriptions = [root, ...wrapped].flatMap((holder) => inside(inside(holder, 'RDF', rdf), 'Description', rdf)).filter(isElement);
    const find = (property: string): EmbeddedText | undefined => {
      const names = core.flatMap((prefix) => [`${prefix}:${property}`, `${ATTRIBUTE}${prefix}:${property}`]);
      const values = descriptions.flatMap((description) => names.flatMap((name) => listOf(description[name] ?? [])));
      const items = values.flatMap((value) => inside(inside(value, 'Alt', rdf), 'li', rdf).flatMap(itemOf));
      return chosen(items.length > 0 ? items : values.flatMap(itemOf));
    };
    const alt = find('AltTextAccessibility');
    const long = find('ExtDescrAccessibility');
    return { ...(alt === undefined ? {} : { alt }), ...(long === undefined ? {} : { long }) };
  } catch {
    return {};
  }
};
