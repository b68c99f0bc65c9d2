// XML as S3 writes it, and as much reading of it as requests to S3 need (no attributes, CDATA or nesting of equal names).

/** First line of every document. */
export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Name space of S3's documents. */
const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;', '\n': '&#10;', '\t': '&#9;' };
const BY_NAME: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

// control characters are not allowed in XML 1.0; S3 writes them as references all the same
const escaped = (text: string): string =>
  [...text].map((character) => NAMED[character] ?? (character < ' ' ? `&#${character.charCodeAt(0)};` : character)).join('');

/** An element with children that are XML already. */
export const tag = (name: string, ...children: readonly string[]): string => `<${name}>${children.join('')}</${name}>`;

/** An element with text; nothing when there is none. */
export const leaf = (name: string, text: string | number | boolean | undefined): string =>
  text === undefined ? '' : tag(name, escaped(String(text)));

/** A whole document of S3's name space. */
export const document = (name: string, ...children: readonly string[]): string =>
  `${XML_HEAD}<${name} xmlns="${S3_NAMESPACE}">${children.join('')}</${name}>`;

const unescaped = (text: string): string =>
  text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return BY_NAME[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });

/** Inner XML of every element of that name. */
export const elements = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(([, inner]) => inner ?? '');

/** Text of the first element of that name. */
export const textOf = (xml: string, name: string): string | undefined => {
  const [inner] = elements(xml, name);
  return inner === undefined ? undefined : unescaped(inner);
};
