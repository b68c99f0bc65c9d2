import { describe, expect, it } from 'vitest';
import { USUAL_STAGES } from '../../../functions/core/facts/facts.ts';
import { analysisOf, stagesLine } from '../../../functions/wiring/analysis.ts';
import { readAnalysis } from '../../../functions/wiring/config-analysis.ts';

const read = (env: Record<string, string>) => readAnalysis(env, '/opt/models');

describe('the settings of the analysis', () => {
  it('are the usual stages, beside the models, unless they say otherwise', () => {
    const usual = read({});
    expect(usual).toEqual({
      stages: USUAL_STAGES,
      folder: '/opt/models',
      stageTimeoutMs: 10_000,
      textReader: 'tesseract',
    });
    expect(Object.isFrozen(usual)).toBe(true);
    const own = read({ ANALYSIS: 'dense, objects', STAGES_DIR: '/stages', STAGE_TIMEOUT_MS: '5', ANALYSIS_BUDGET_MS: '9' });
    expect(own).toMatchObject({ stages: ['objects', 'dense'], folder: '/stages', stageTimeoutMs: 5, budgetMs: 9 });
    expect(analysisOf(own)).toMatchObject({ stageTimeoutMs: 5, budgetMs: 9 });
  });

  it('may be off, the reading of text alone, too', () => {
    expect(read({ ANALYSIS: 'off' }).stages).toEqual([]);
    expect(read({ ANALYSIS: 'text,quality', TEXT_READER: 'off' }).stages).toEqual(['quality']);
  });

  it.each([
    [{ ANALYSIS: 'objects,weather' }, 'ANALYSIS: expected stages of objects, attributes, colours, text, logos, quality, dense'],
    [{ ANALYSIS: 'objects,weather' }, 'leave it out for the default '],
    [{ ANALYSIS: 'dense' }, 'ANALYSIS: expected objects beside dense'],
    [{ TEXT_READER: 'eyes' }, 'TEXT_READER: expected one of tesseract, rekognition, off'],
    [{ STAGE_TIMEOUT_MS: '0' }, 'STAGE_TIMEOUT_MS: expected a whole number'],
  ])('are refused when wrong (%o)', (env, line) => {
    expect(() => read(env)).toThrow(line);
  });

  it('make a captioner that analyses, or one that does not', () => {
    expect(analysisOf(read({ ANALYSIS: 'off' }))).toBeUndefined();
    expect(analysisOf(read({ ANALYSIS: 'quality' }))).toMatchObject({ stages: ['quality'], folder: '/opt/models', stageTimeoutMs: 10_000 });
    expect(stagesLine({ analysis: { quality: 'quality@1', colours: 'colours@1' } })).toBe('quality@1 colours@1');
    expect(stagesLine({})).toBe('none');
  });
});
