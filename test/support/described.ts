// Records of a picture that a machine has described, with constructed facts: for tests of what is made of them.
import type { Facts } from '../../functions/core/facts/facts.ts';
import type { CaptionRecord, Text } from '../../functions/core/record/record.ts';
import { sampleRecord } from './record-samples.ts';

const AT = 1_700_000_000_000;

/** Digest of the picture of these records. */
export const DESCRIBED_SHA256 = 'ab'.repeat(32);

/** A machine's English text, with changes. */
export const machineText = (text: string, changes: Partial<Text> = {}): Text => ({
  text,
  lang: 'en',
  origin: 'machine',
  at: AT,
  model: 'm2@1.0.0',
  confidence: 0.9,
  sha256: DESCRIBED_SHA256,
  ...changes,
});

/** A person's English text, with changes. */
export const personText = (text: string, changes: Partial<Text> = {}): Text => ({
  text,
  lang: 'en',
  origin: 'human',
  by: 'Ann',
  at: AT,
  ...changes,
});

/** A READY record of a picture in which a machine has seen `caption`. */
export const describedRecord = async (caption: string, changes: Partial<CaptionRecord> = {}): Promise<CaptionRecord> =>
  sampleRecord('photos/IMG_0001.jpg', {
    state: 'READY',
    picture: { sha256: DESCRIBED_SHA256, bytes: 5, width: 640, height: 480, format: 'jpeg', dhash: '0'.repeat(16) },
    texts: { alt: machineText(caption), caption: machineText(caption) },
    machine: { model: 'm2@1.0.0', style: 'alt', route: 'lambda', confidence: 0.9, plain: '', sure: [], ms: 1, costUsd: 0 },
    ...changes,
  });

/** Facts of every kind, sure and unsure ones. */
export const STREET_FACTS: Facts = {
  text: [
    { text: 'STOP', lang: 'en', confidence: 0.6, box: [0, 0, 0.1, 0.1] },
    { text: 'Ausverkauf', lang: 'de', confidence: 0.95 },
  ],
  people: { count: 2, confidence: 0.7 },
  objects: [
    { label: 'person', confidence: 0.9, box: [0, 0.2, 0.3, 0.7] },
    { label: 'woman', confidence: 0.9, box: [0.7, 0.2, 0.3, 0.7] },
    { label: 'Dog', confidence: 0.55, box: [0.4, 0.7, 0.2, 0.3] },
    { label: 'car', confidence: 0.95, box: [0, 0, 0.2, 0.2] },
    { label: 'car', confidence: 0.95, box: [0.1, 0, 0.2, 0.2] },
    { label: 'umbrella', box: [0.4, 0, 0.2, 0.2] },
    { label: 'ghost', confidence: 0.2, box: [0.4, 0.4, 0.2, 0.2] },
  ],
  colours: [
    { name: 'grey', share: 0.1 },
    { name: 'blue', share: 0.6 },
    { name: 'white', share: 0.2 },
    { name: 'pink', share: 0.01 },
  ],
};
