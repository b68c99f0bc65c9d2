// Examples of outputs for the OpenAPI document; a test holds them against the schemas.
import { COUNTS, type Counts } from '../../../core/report/coverage-counts.ts';
import type { AzureView } from '../../../core/views/azure-view.ts';
import type { IiifView } from '../../../core/views/iiif-view.ts';
import { EXAMPLE_IMAGE, EXAMPLES } from '../examples.ts';

const TEXT = 'A rocket on a launch pad at dusk.';
const URL = 'https://images.example.com/shop/rocket.jpg';
const PAGE = 'https://www.example.com/rockets';
const MODEL = 'm2@1.0.0';
const CONFIDENCE = 0.82;
const SIZE = { width: 1600, height: 1200 };

/** An alternative text for a use. */
const EXAMPLE_ALT_ANSWER = {
  usage: 'informative',
  branch: 'informative',
  because: 'the picture adds meaning, so the alt text describes it briefly',
  alt: TEXT,
  lang: 'en',
  origin: 'machine',
  model: MODEL,
  confidence: CONFIDENCE,
  outdated: false,
  cut: false,
  hasLong: false,
  status: 'described',
  sure: ['rocket'],
} as const;

const jsonLd = {
  '@context': 'https://schema.org',
  '@type': 'ImageObject',
  '@id': URL,
  contentUrl: URL,
  url: PAGE,
  name: 'A rocket on a launch pad at dusk',
  description: TEXT,
  inLanguage: 'en',
  width: '1600 px',
  height: '1200 px',
  encodingFormat: 'image/jpeg',
  contentSize: '183204 B',
  sha256: '4ea140588150773ce3aace786aeef7f4049ce100fa649c94fbbddb960f1da942',
  uploadDate: '2026-01-05T10:00:00.900Z',
  accessibilityFeature: ['alternativeText'],
  accessibilitySummary: `The picture has an alternative text, written by a machine and not reviewed by a person (${MODEL}).`,
} as const;

const img = `<img src="${URL}" alt="${TEXT}" lang="en" width="1600" height="1200" loading="lazy" data-alt-origin="machine">`;

/** The bundle for a page. */
export const EXAMPLE_SEO = {
  jsonLd,
  openGraph: {
    'og:image': URL,
    'og:image:secure_url': URL,
    'og:image:type': 'image/jpeg',
    'og:image:width': '1600',
    'og:image:height': '1200',
    'og:image:alt': TEXT,
  },
  twitter: { 'twitter:image': URL, 'twitter:image:alt': TEXT },
  html: {
    img,
    figure: `<figure>${img}</figure>`,
    meta: `<meta property="og:image" content="${URL}">\n<meta property="og:image:alt" content="${TEXT}">`,
    script: `<script type="application/ld+json">${JSON.stringify(jsonLd)}</script>`,
  },
  markdown: `![${TEXT}](${URL})`,
  fileName: 'rocket-launch-pad-dusk.jpg',
  keywords: ['rocket'],
};

/** The response of Azure Image Analysis 4.0. */
export const EXAMPLE_AZURE: AzureView = {
  modelVersion: MODEL,
  metadata: SIZE,
  captionResult: { text: TEXT, confidence: CONFIDENCE },
  denseCaptionsResult: { values: [{ text: TEXT, confidence: CONFIDENCE, boundingBox: { x: 0, y: 0, w: SIZE.width, h: SIZE.height } }] },
  tagsResult: { values: [{ name: 'rocket', confidence: 0 }] },
  objectsResult: { values: [] },
  readResult: { blocks: [] },
  smartCropsResult: { values: [] },
  peopleResult: { values: [] },
};

/** A IIIF annotation page. */
export const EXAMPLE_IIIF: IiifView = {
  '@context': 'http://iiif.io/api/presentation/3/context.json',
  id: `${URL}#describing`,
  type: 'AnnotationPage',
  items: [
    {
      id: `${URL}#describing-alt-en`,
      type: 'Annotation',
      motivation: 'describing',
      body: { type: 'TextualBody', value: TEXT, format: 'text/plain', language: 'en' },
      target: URL,
    },
  ],
};

const COUNTED: Partial<Counts> = { images: 40, described: 36, decorative: 2, missing: 2, reviewed: 19, lintClean: 35 };
const counts = Object.fromEntries(COUNTS.map((name) => [name, COUNTED[name] ?? 0])) as Counts;
const percent = { withAlt: 95, reviewed: 50, lintClean: 97.2 };

/** A coverage report. */
export const EXAMPLE_COVERAGE = { prefix: '', total: counts, percent, folders: [{ prefix: 'shop/', counts, percent }] };

/** Examples of the other bodies. */
export const OUTPUT_EXAMPLES = {
  alt: { id: EXAMPLE_IMAGE.id, state: EXAMPLE_IMAGE.state, ...EXAMPLE_ALT_ANSWER },
  lookupBody: { ...EXAMPLES.lookupBody, usage: 'informative' },
  lookup: {
    results: [
      { key: EXAMPLE_IMAGE.key, image: EXAMPLE_IMAGE, alt: EXAMPLE_ALT_ANSWER },
      { key: 'shop/unknown.jpg', image: null, alt: null },
    ],
  },
  sitemap: `<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://www.example.com/sitemap-images.xml?page=1</loc></sitemap>
</sitemapindex>
`,
  report: '<!DOCTYPE html>...',
} as const;
