// What a template is made of on one machine: as long as all of it is as it was, the one of the run before is used.
import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../../infra/local/assembly.ts';

const namesOf = (context: Record<string, unknown>): string[] => sourcesOf(context).map((path) => relative(process.cwd(), path));

describe('the sources of a template', () => {
  it('are code, packages of models and stages, and rule packs', () => {
    expect(namesOf({ uploadModel: 'm2' })).toEqual(
      expect.arrayContaining([
        'functions/ingest.ts',
        'infra/app.ts',
        'models/m2/manifest.json',
        'models/objects/manifest.json',
        'rules/amazon-main.yaml',
      ]),
    );
  });

  it("are a shop's own vocabulary, too, but not the code that runs them here", () => {
    expect(namesOf({ vocabulary: './test/fixtures/photos/SOURCES.md' })).toContain('test/fixtures/photos/SOURCES.md');
    expect(namesOf({ vocabulary: '' })).not.toContain('infra/local/start.ts');
  });
});
