// The caption command with rule packs: verdicts, exit codes, duplicates among the pictures of a run.
import { describe, expect, it } from 'vitest';
import { captionCommand } from '../../../../functions/handlers/caption/caption-command.ts';
import { fakePorts } from '../../../support/caption-ports.ts';

describe('the caption command with rule packs', () => {
  it('judges by rules, and ends with 1 when a picture breaks one that the channel insists on', async () => {
    const { ports, out, err } = fakePorts();
    expect(await captionCommand(['dog', 'bear', '--rules', 'small'], ports)).toBe(1);
    expect(out).toEqual([
      [
        'dog: A dog. (71 %, fake@1)',
        '    own: unknown',
        '        advice   width: 4 px (at least 5 px). As said.',
        '        unknown  sharpness: the analysis "quality" has not looked at the picture. As said.',
      ].join('\n'),
      [
        'bear: A bear. (71 %, fake@1)',
        '    own: fail',
        '        fail     file-size: 4 bytes (at most 3 bytes). As said.',
        '        advice   width: 4 px (at least 5 px). As said.',
        '        unknown  sharpness: the analysis "quality" has not looked at the picture. As said.',
      ].join('\n'),
    ]);
    expect(err.slice(-2)).toEqual(['1 of 2 pictures break rules', '1 of 2 pictures may break rules: what these ask for is not known']);
  });

  it('shows rules that are kept on request, and does not fail for advice and for what is unknown', async () => {
    const { ports, out } = fakePorts();
    expect(await captionCommand(['dog', '--rules', 'small', '--verbose'], ports)).toBe(0);
    expect(out[0]).toContain('        pass     width: 4 px (at least 4 px). As said.');
  });

  it('finds duplicates among all pictures of the run, by several packs', async () => {
    const { ports, out } = fakePorts(1);
    expect(await captionCommand(['dog', 'gone', 'fox', 'dog', '--rules', 'once', '--rules', 'small', '--json'], ports)).toBe(1);
    const [dog, gone, fox] = out.map((line): { rules: { pack: string; result: string; verdicts: { measured: unknown }[] }[] } =>
      JSON.parse(line),
    );
    expect(dog?.rules.map(({ result }) => result)).toEqual(['fail', 'unknown']);
    expect(dog?.rules[0]?.verdicts[0]?.measured).toEqual(['fox', 'dog']);
    expect(fox?.rules[0]?.result).toBe('fail');
    expect(gone).not.toHaveProperty('rules');
  });

  it('refuses unknown rule packs before anything is captioned', async () => {
    const { ports, err, batches } = fakePorts();
    expect(await captionCommand(['dog', '--rules', 'nowhere'], ports)).toBe(2);
    expect(err).toEqual(['nowhere: the rule pack cannot be read', 'Try --help.']);
    expect(batches).toEqual([]);
  });
});
