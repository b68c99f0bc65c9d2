import { describe, expect, it } from 'vitest';
import type { Shot } from '../../../../functions/core/facts/facts.ts';
import type { Product } from '../../../../functions/core/record/record.ts';
import { summaryOf } from '../../../../functions/core/video/summary.ts';
import { timestamp, webVtt } from '../../../../functions/core/video/webvtt.ts';
import { parseVtt } from '../../../support/parse-vtt.ts';
import { sampleRecord } from '../../../support/record-samples.ts';

const RULES = { genderNeutral: false };

const shot = (text: string | undefined, startMs: number, endMs: number, confidence = 0.9): Shot => ({
  startMs,
  endMs,
  ...(text !== undefined && { text, confidence }),
});

describe('a descriptions track', () => {
  const track = async (...shots: Shot[]): Promise<string> => webVtt(await sampleRecord('a.mp4', { facts: { shots } }), RULES) ?? 'none';

  it('has a cue for each shot about which something is said', async () => {
    const vtt = await track(shot('A dog runs.', 0, 6000), shot(undefined, 6000, 9000), shot('A cat sits.', 9000, 3_661_005));
    expect(vtt).toBe('WEBVTT\n\n1\n00:00:00.000 --> 00:00:06.000\nA dog runs.\n\n2\n00:00:09.000 --> 01:01:01.005\nA cat sits.\n');
    expect(parseVtt(vtt)).toEqual([
      { id: '1', startMs: 0, endMs: 6000, text: 'A dog runs.' },
      { id: '2', startMs: 9000, endMs: 3_661_005, text: 'A cat sits.' },
    ]);
  });

  it('is valid without a cue', async () => {
    expect(parseVtt(await track(shot(undefined, 0, 10)))).toEqual([]);
  });

  it('holds no markup, no arrow and no second cue, whatever a model says', async () => {
    const text = 'A <b>dog</b> & a cat\n\n00:00.000 --> 00:09.000\r\nNOTE x -->';
    expect(parseVtt(await track(shot(text, 0, 10)))).toEqual([
      { id: '1', startMs: 0, endMs: 10, text: 'A <b>dog</b> & a cat 00:00.000 --> 00:09.000 NOTE x -->' },
    ]);
  });

  it('says when it is not sure', async () => {
    const [cue] = parseVtt(await track(shot('A dog runs.', 0, 10, 0.05)));
    expect(cue?.text).toMatch(/dog runs/);
    expect(cue?.text).not.toBe('A dog runs.');
    const uncalibrated = { ...shot('A dog runs.', 0, 10, 0.05), calibrated: false } as const;
    expect(parseVtt(await track(uncalibrated))).toHaveLength(1);
    const { confidence: _, ...untold } = shot('A dog runs.', 0, 10);
    expect(parseVtt(await track(untold))).toHaveLength(1);
  });

  it('says nothing that the shop does not want said', async () => {
    const product: Product = { keywords: [], negativeKeywords: ['dirty'], from: 'api', at: 1 };
    const shots = [shot('A dirty dog.', 0, 10), shot('A cat sits on a bed.', 10, 20)];
    const vtt = webVtt(await sampleRecord('a.mp4', { facts: { shots }, product }), RULES);
    expect(parseVtt(vtt ?? '').map(({ text }) => text)).toEqual(['A cat sits on a bed.']);
  });

  it('says nothing of what a person has rejected', async () => {
    const facts = { shots: [shot('A dog runs.', 0, 10)] };
    const record = await sampleRecord('a.mp4', { facts, withheld: { alt: { by: 'Ann', at: 1, reason: 'It is a fox.' } } });
    expect(webVtt(record, RULES)).toBe('WEBVTT\n');
  });

  it('is none for a picture', async () => {
    expect(webVtt(await sampleRecord('a.jpg'), RULES)).toBeUndefined();
    expect(webVtt(await sampleRecord('a.jpg', { facts: {} }), RULES)).toBeUndefined();
  });

  it('counts hours, and nothing below zero', () => {
    expect([timestamp(-5), timestamp(59_999.6), timestamp(360_000_000)]).toEqual(['00:00:00.000', '00:01:00.000', '100:00:00.000']);
  });
});

describe('a summary', () => {
  it('tells the three longest shots in their order', () => {
    const shots = [
      shot('A dog.', 0, 1000),
      shot('Two cats sit.', 1000, 5000),
      shot('Anna waves.', 5000, 8000),
      shot('A cup.', 8000, 10_000),
    ];
    expect(summaryOf(shots)).toBe('Two cats sit; then Anna waves; then a cup.');
  });

  it('tells what returns once, where it began, as long as it is seen in all', () => {
    const shots = [
      shot('A dog.', 0, 1000),
      shot('A cat.', 1000, 3000),
      shot('A dog.', 3000, 5000),
      shot('A cup.', 5000, 7500),
      shot('A hat.', 7500, 9400),
    ];
    expect(summaryOf(shots)).toBe('A dog; then a cat; then a cup.');
  });

  it('is the one sentence, or empty', () => {
    expect(summaryOf([shot('A dog.', 0, 10), shot(undefined, 10, 90)])).toBe('A dog.');
    expect(summaryOf([shot(undefined, 0, 10)])).toBe('');
  });
});
