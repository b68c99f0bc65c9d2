// What is written into a file for people who use it elsewhere: IPTC Photo Metadata 2025.1, Dublin Core and Photoshop's name of a caption's writer.
import type { PictureFormat } from '../picture/picture-format.ts';

/** A text in one language: BCP 47, or `x-default` for the one that is shown when no other fits. */
export type LangText = { lang: string; text: string };

/** Texts for one file. Language alternatives have `x-default` first; a property without texts is left as it is in the file. */
export type FileTexts = {
  /** Iptc4xmpCore:AltTextAccessibility */
  alt: readonly LangText[];
  /** Iptc4xmpCore:ExtDescrAccessibility */
  long: readonly LangText[];
  /** dc:title; only for a file without one */
  title: readonly LangText[];
  /** dc:subject; only for a file without any */
  keywords: readonly string[];
  /** photoshop:CaptionWriter, where a machine has written one of the texts */
  writer?: string;
};

/** How the name of a caption's writer begins when it is this service; any other one is a person's and stays. */
export const WRITER_PREFIX = 'caption-on-upload ';

/** The language of a text that is shown when no other one fits. */
export const ANY_LANGUAGE = 'x-default';

/** Writes texts into copies of files, and into files beside them. */
export type TextWriter = {
  /**
   * A copy that differs in its XMP packet only; it has been read back.
   * @throws SidecarOnly saying why the texts must go beside it, PictureError CORRUPT
   */
  copyWith(bytes: Uint8Array, format: PictureFormat, texts: FileTexts): Promise<Uint8Array>;
  /** an XMP file with nothing but these texts */
  sidecar(texts: FileTexts): Promise<Uint8Array>;
};
