// The brands that the logo stage knows, as the brands command works on them.

/** What a change made of the package: its version, how many brands it has now. */
export type ChangedBrands = { version: string; count: number };

/** A brand was added; `nearest` is the other brand whose mark is most alike, as a cosine. */
export type AddedBrand = ChangedBrands & { nearest: { brand: string; cosine: number } | undefined };

/** Where brands are kept. All functions throw CodedError. */
export type BrandStore = {
  names(): Promise<string[]>;
  /** adds a brand by the path of its SVG, or renews the one of that name */
  add(svg: string, name: string): Promise<AddedBrand>;
  remove(name: string): Promise<ChangedBrands>;
};

/** Cosine from which two marks are easily taken for each other. */
export const ALIKE = 0.75;
