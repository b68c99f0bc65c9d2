// Sitemaps against their schemas: sitemaps.org's own as the package `sitemap` ships it, with the image extension, and that of indexes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';

const OURS = fileURLToPath(new URL('../fixtures/sitemaps/', import.meta.url));
const PUBLISHED = join(dirname(createRequire(import.meta.url).resolve('sitemap')), '..', '..', 'schema', 'sitemap.xsd');

/** sitemap.xsd lets other namespaces into a `<url>` and checks them strictly, so the extension has to be known. */
const BOTH = `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <xsd:import namespace="http://www.sitemaps.org/schemas/sitemap/0.9" schemaLocation="${PUBLISHED}"/>
  <xsd:import namespace="http://www.google.com/schemas/sitemap-image/1.1" schemaLocation="${join(OURS, 'sitemap-image.xsd')}"/>
</xsd:schema>`;

xmlRegisterFsInputProviders();

const validator = (schema: string): XsdValidator => XsdValidator.fromDoc(XmlDocument.fromString(schema));

const SCHEMAS = { urlset: validator(BOTH), sitemapindex: validator(readFileSync(join(OURS, 'siteindex.xsd'), 'utf8')) };

/** @throws Error naming what is against the schema */
export const checkSitemap = (xml: string, root: keyof typeof SCHEMAS): void => {
  const document = XmlDocument.fromString(xml);
  try {
    if (document.root.name !== root) throw new Error(`expected ${root} but found ${document.root.name}`);
    SCHEMAS[root].validate(document);
  } finally {
    document.dispose();
  }
};
