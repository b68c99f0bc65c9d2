// What outlives a new version of a picture, and of which picture it is.
import { describe, expect, it } from 'vitest';
import { lasting } from '../../../../functions/core/record/lasting.ts';
import type { Text } from '../../../../functions/core/record/record.ts';
import { fullRecord } from '../../../support/record-samples.ts';

const mine: Text = { text: 'My dog.', lang: 'en', origin: 'human', at: 1 };

describe('people’s texts at a new version', () => {
  it('name the picture that goes when they were written before it was known, so that they are outdated from now on', async () => {
    const record = await fullRecord('a', {
      texts: { alt: mine, title: { ...mine, sha256: 'older' } },
      translations: { de: { alt: mine } },
    });
    const sha256 = record.picture?.sha256;
    expect(lasting(record)).toEqual({
      texts: { alt: { ...mine, sha256 }, title: { ...mine, sha256: 'older' } },
      translations: { de: { alt: { ...mine, sha256 } } },
    });
  });

  it('stay as they are when no picture was known', async () => {
    const { picture: _, ...record } = await fullRecord('a', { texts: { alt: mine } });
    expect(lasting(record)).toEqual({ texts: { alt: mine } });
  });
});
