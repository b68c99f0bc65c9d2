// The check that every synthesis runs: silent for right templates, never for broken ones.
import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../infra/check-template.ts';
import { noticed, rightTemplate } from '../reliability/broken-stacks.ts';
import { BROKEN } from '../support/broken-templates.ts';

const LEAST_BROKEN = 20;

describe('the check of templates', () => {
  it('has enough to notice', () => expect(new Set(BROKEN.map(({ name }) => name)).size).toBeGreaterThanOrEqual(LEAST_BROKEN));

  it.each(BROKEN)('notices: $name', (broken) => {
    expect(checkTemplate(rightTemplate(broken))).toEqual([]);
    expect(noticed(broken)).not.toEqual([]);
  });

  it('says what is wrong in a line each', () => {
    for (const broken of BROKEN) for (const line of noticed(broken)) expect(line).toMatch(/^[^\n]{10,160}$/);
  });
});
