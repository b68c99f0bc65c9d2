// What the use cases of the metadata API need, and the settings that they follow.

import type { Stage } from '../facts/facts.ts';
import type { Clock, ObjectStore, RecordStore } from '../ports.ts';
import type { KeyFilter } from '../record/key-filter.ts';
import { MAX_KEY_BYTES } from '../record/object-event.ts';
import type { SpeechEngine } from '../speech/speech-ports.ts';
import type { Vocabulary } from '../tags/vocabulary.ts';
import type { Translator } from '../translate/translate-ports.ts';
import type { Sealer } from './cursor.ts';

/** Settings of the metadata API. */
export type LookupSettings = {
  /** where uploads go, and the bucket of a request that names none */
  bucket: string;
  /** new keys begin with it; may be empty */
  keys: KeyFilter;
  maxPictureBytes: number;
  /** only changes older than this are told, so that a late writer's is not skipped */
  changesSettleMs: number;
  tombstoneDays: number;
  /** the pictures' public address before their keys; '' when there is none */
  imageBaseUrl: string;
  /** the page of pictures without a page of their own; '' when there is none */
  sitePageUrl: string;
  /** say person, people and child instead of man, woman, boy and girl */
  genderNeutral: boolean;
  /** what the functions that caption look for, and the rule packs whose failures they tell; for people to see. Absent: nobody has told */
  analysis?: { stages: readonly Stage[]; textReader: string; rulePacks: readonly string[] };
  /** terms of tags; the shipped one where none is set */
  vocabulary?: Vocabulary;
};

/** Everything that the use cases of the metadata API reach. */
export type Lookup = {
  store: RecordStore;
  objects: Pick<ObjectStore, 'presignPut' | 'presignGet' | 'fetch' | 'put' | 'remove'>;
  sealer: Sealer;
  clock: Clock;
  settings: Readonly<LookupSettings>;
  /** absent when speech is switched off */
  speech?: SpeechEngine;
  /** absent when translation is switched off */
  translator?: Translator;
};

/** Entries of a page: the default and the most. */
export const PAGE_LIMITS = { usual: 50, most: 100 } as const;

/** Most keys of one call, and most bytes of one key in UTF-8. */
export const KEY_LIMITS = { keys: 100, bytes: MAX_KEY_BYTES } as const;
