// What a picture is used for on a page. From its pixels alone this cannot be told, so the caller says it at look-up time.
// Lengths: WebAIM and W3C WAI advise brevity (125 is a custom, not a limit of screen readers); IPTC says at most 250, X 420, Shopify 512.

/** Uses that a caller can name. */
export const USAGES = ['informative', 'decorative', 'link', 'button', 'product', 'og', 'x', 'chart'] as const;

/** An entry of `USAGES`. */
export type Usage = (typeof USAGES)[number];

/** What a caller says about the place where the picture stands. */
export type AltUse = {
  /** `informative` where left out */
  usage?: Usage;
  /** most characters, instead of the usage's own soft target */
  max?: number;
  /** BCP 47; where there is no text of it, the answer is in another language and says which */
  lang?: string;
  /** `lead`: a machine's text that is not sure begins with "Probably: " */
  disclose?: 'lead' | 'none';
  /** of `link` and `button`: where it leads */
  href?: string;
  /** of `link` and `button`: what it does or where it leads, in words; of all others: the real text beside the picture */
  context?: string;
};

/** Characters that machines' texts are cut to, at a clause. People's texts are never cut. */
export const SOFT_TARGETS: Readonly<Record<Usage, number>> = {
  informative: 125,
  decorative: 0,
  link: 125,
  button: 125,
  product: 512,
  og: 250,
  x: 420,
  chart: 250,
};
