// What is stored of what a captioner says, what is reused, what it costs, and when the larger model is asked.
import { describe, expect, it } from 'vitest';
import type { Captioned } from '../../../../functions/core/caption.ts';
import { costUsd } from '../../../../functions/core/cost.ts';
import { captionedResult, reusedResult } from '../../../../functions/core/ingest/ingest-result.ts';
import { wantsRefine } from '../../../../functions/core/record/policy.ts';
import type { CaptionRecord, Text } from '../../../../functions/core/record/record.ts';
import { fakeCaptioner } from '../../../support/fake-captioner.ts';
import { fullRecord } from '../../../support/record-samples.ts';

const SHA256 = 'ab'.repeat(32);
const WORK = { sha256: SHA256, bytes: 5, route: 'lambda', usdPerSecond: 0.00005, models: 2, at: 7 } as const;

const captioned = async (content: string): Promise<Captioned> => {
  const [outcome] = await fakeCaptioner().caption([{ bytes: new TextEncoder().encode(content) }], {});
  if (outcome === undefined || outcome instanceof Error) throw new Error('Expected a caption');
  return outcome;
};

describe('captionedResult', () => {
  it('has the facts, the machine’s words as alt and caption, and what they cost', async () => {
    const text = { text: 'a dog.', lang: 'en', origin: 'machine', at: 7, model: 'fake@1', confidence: 0.9, sha256: SHA256 };
    expect(captionedResult(await captioned('a dog'), WORK)).toEqual({
      picture: { sha256: SHA256, bytes: 5, width: 640, height: 480, format: 'jpeg', dhash: '0123456789abcdef' },
      machine: { model: 'fake@1', style: 'alt', route: 'lambda', confidence: 0.9, plain: 'a dog', sure: [], ms: 60, costUsd: 0.0000015 },
      texts: { alt: text, caption: text },
    });
  });

  it('says nothing where the machine abstained, but why and what is sure', async () => {
    const { machine, texts } = captionedResult(await captioned('unsure: a dog'), WORK);
    expect(texts).toEqual({});
    expect(machine).toMatchObject({ abstained: 'LOW_CONFIDENCE', sure: ['dog'], plain: 'a dog' });
  });

  it('keeps what was found where, and counts people among it', async () => {
    const regions = ['person', 'dog', 'woman', 'human face'].map((label, i) => ({ label, box: [i / 10, 0, 0.1, 1] as const }));
    const found = { ...(await captioned('unsure: a dog')), regions };
    expect(captionedResult(found, WORK).facts).toEqual({ objects: regions, people: { count: 2 } });
    expect(captionedResult({ ...found, regions: [] }, WORK).facts).toEqual({ objects: [], people: { count: 0 } });
    expect(captionedResult(await captioned('a dog'), WORK)).not.toHaveProperty('facts');
  });

  it('keeps how probable each word is, where each has a probability', async () => {
    const words = [
      { word: 'a', logProb: 0 },
      { word: 'dog', logProb: Math.log(0.4567) },
    ];
    const said = await captioned('a dog');
    expect(captionedResult({ ...said, words }, WORK).machine.wordConfidences).toEqual([1, 0.46]);
    expect(captionedResult({ ...said, words: words.slice(1) }, WORK).machine).not.toHaveProperty('wordConfidences');
  });

  it('puts what the analysis found before what a sentence tells, and counts its time', async () => {
    const said = await captioned('a dog');
    const facts = { people: { count: 2, confidence: 0.9 }, by: { objects: 'objects@1' } };
    const regions = [{ label: 'dog', box: [0, 0, 1, 1] as const }];
    const found = { ...said, regions, facts, ms: { ...said.ms, facts: { pixels: 20, objects: 9.6 } } };
    const result = captionedResult(found, WORK);
    expect(result.facts).toEqual({ objects: regions, ...facts });
    expect(result.machine.ms).toBe(90);
    expect(captionedResult({ ...said, facts }, WORK).facts).toEqual(facts);
  });

  it('prefers what the file itself says', async () => {
    const { texts } = captionedResult(await captioned('alt=a cat: a dog'), WORK);
    expect(texts).toMatchObject({
      alt: { text: 'a cat', lang: 'und', origin: 'embedded', sha256: SHA256 },
      long: { text: 'a cat, long', lang: 'fr', origin: 'embedded' },
      caption: { text: 'a dog.', origin: 'machine' },
    });
  });
});

describe('reusedResult', () => {
  const machineText: Text = { text: 'A dog.', lang: 'en', origin: 'machine', at: 1, sha256: SHA256 };
  const human: Text = { text: 'My dog', lang: 'en', origin: 'human', at: 1, sha256: SHA256 };
  const sure = async (changes: Partial<CaptionRecord>): Promise<CaptionRecord> => {
    const record = await fullRecord('a.jpg', { texts: { alt: machineText, caption: machineText, title: human } });
    const { machine } = record;
    if (machine === undefined) throw new Error('Expected a machine result');
    const { abstained: _, ...said } = machine;
    return { ...record, machine: said, ...changes };
  };

  it('copies what was found out about the same bytes, at no cost, and nothing that a person wrote', async () => {
    const known = await sure({});
    expect(reusedResult(known, SHA256)).toEqual({
      picture: known.picture,
      machine: { ...known.machine, ms: 0, costUsd: 0 },
      texts: { alt: machineText, caption: machineText },
    });
  });

  it('finds the machine’s words where a person has written another alt text', async () => {
    expect(reusedResult(await sure({ texts: { alt: human, caption: machineText } }), SHA256)?.texts.alt).toEqual(machineText);
    expect(reusedResult(await sure({ texts: { alt: human } }), SHA256)).toBeUndefined();
  });

  it('copies each machine text to its own kind, and the facts', async () => {
    const [caption, long] = ['A dog in a garden.', 'A dog in a garden, with a ball.'].map((text) => ({ ...machineText, text }));
    if (caption === undefined || long === undefined) throw new Error('Expected two texts');
    const facts = { people: { count: 1 } };
    const reused = reusedResult(await sure({ texts: { alt: machineText, caption, long }, facts }), SHA256);
    expect(reused).toMatchObject({ texts: { alt: machineText, caption, long }, facts });
  });

  it('finds the machine’s own words below a person’s: among the proposals, then in the history', async () => {
    const model = 'm2@1';
    const proposal: Text = { ...machineText, text: 'A dog, newly.', model };
    const { alt: before, caption } = { alt: { ...machineText, text: 'A dog, before.', model }, caption: machineText };
    const past = { ...before, n: 1, kind: 'alt', until: 2, why: 'replaced' } as const;
    const texts = { alt: human, caption };
    expect(reusedResult(await sure({ texts, proposals: { alt: proposal }, history: [past] }), SHA256)?.texts).toEqual({
      alt: proposal,
      caption,
    });
    expect(reusedResult(await sure({ texts, history: [past] }), SHA256)?.texts).toEqual({ alt: before, caption });
    expect(reusedResult(await sure({ texts, history: [{ ...past, why: 'rejected' }] }), SHA256)?.texts.alt).toEqual(machineText);
    expect(reusedResult(await sure({ texts, proposals: { alt: { ...proposal, model: 'other@1' } } }), SHA256)?.texts.alt).toEqual(
      machineText,
    );
    expect(reusedResult(await sure({ texts: { alt: { ...machineText, locked: true } } }), SHA256)).toBeUndefined();
  });

  it('copies embedded texts, silence, and that the larger model was asked', async () => {
    const embedded: Text = { ...machineText, origin: 'embedded' };
    expect(reusedResult(await sure({ texts: { alt: embedded, caption: machineText } }), SHA256)?.texts.alt).toEqual(embedded);
    const { lease: _, ...silent } = await fullRecord('a.jpg', { texts: {}, refine: 'done' });
    expect(reusedResult(silent, SHA256)).toMatchObject({ texts: {}, refine: 'done', machine: { abstained: 'LOW_CONFIDENCE' } });
  });

  it('finds what the file says below a person’s text, too: among the proposals, then in the history; and copies no lock', async () => {
    const embedded: Text = { ...machineText, text: 'Bella, our dog', origin: 'embedded' };
    const past = { ...embedded, n: 1, kind: 'alt', until: 2, why: 'replaced' } as const;
    const texts = { alt: human, caption: machineText };
    expect(reusedResult(await sure({ texts, proposals: { alt: embedded } }), SHA256)?.texts.alt).toEqual(embedded);
    expect(reusedResult(await sure({ texts, history: [past] }), SHA256)?.texts.alt).toEqual(embedded);
    expect(reusedResult(await sure({ texts, history: [{ ...past, why: 'rejected' }] }), SHA256)?.texts.alt).toEqual(machineText);
    expect(reusedResult(await sure({ texts, history: [{ ...past, sha256: 'another' }] }), SHA256)?.texts.alt).toEqual(machineText);
    const locked = await sure({ texts: { ...texts, alt: { ...embedded, locked: true } } });
    expect(reusedResult(locked, SHA256)?.texts.alt).toEqual(embedded);
  });

  it('takes nothing from what is not READY, of other bytes, or made by older rules', async () => {
    expect(reusedResult(await sure({ state: 'PENDING' }), SHA256)).toBeUndefined();
    expect(reusedResult(await sure({ pipeline: 0 }), SHA256)).toBeUndefined();
    expect(reusedResult(await sure({}), 'another')).toBeUndefined();
    const { machine: _, ...unsaid } = await sure({});
    expect(reusedResult(unsaid, SHA256)).toBeUndefined();
  });
});

describe('costUsd', () => {
  it('is the share of a lane in what the machine costs', () => {
    expect(costUsd(2000, 0.00005, 1)).toBe(0.0001);
    expect(costUsd(2000, 0.00005, 4)).toBe(0.000025);
    expect(costUsd(0.001, 1e-7, 1)).toBe(0);
  });
});

describe('wantsRefine', () => {
  it('follows the policy, and spares pictures that have a text already', async () => {
    const sure = captionedResult(await captioned('a dog'), WORK);
    const unsure = captionedResult(await captioned('unsure: a dog'), WORK);
    const described = captionedResult(await captioned('unsure: alt=a cat: a dog'), WORK);
    const ask = (policy: 'abstained' | 'all' | 'none') =>
      [sure, unsure, described].map(({ machine, texts }) => wantsRefine(policy, machine, texts));
    expect(ask('none')).toEqual([false, false, false]);
    expect(ask('all')).toEqual([true, true, true]);
    expect(ask('abstained')).toEqual([false, true, true]);
    expect(wantsRefine('abstained', unsure.machine, { alt: { ...sure.texts.alt, origin: 'embedded' } as Text })).toBe(false);
  });
});
