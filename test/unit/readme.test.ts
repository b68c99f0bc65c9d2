// What the README and the pages of the commands say: their commands parse, scripts and settings exist, links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCaptionArguments } from '../../functions/handlers/caption/caption-arguments.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(join(REPOSITORY, name), 'utf8');
const readme = read('README.md');
const commandPages = `${read('docs/caption-command.md')}${read('docs/models-command.md')}`;
const docs = `${readme}${commandPages}`;
const config = read('functions/wiring/config.ts');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'));
const { context }: { context: Record<string, unknown> } = JSON.parse(read('cdk.json'));

const blocks = [...docs.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
const commands = blocks.flatMap((block) => block.split('\n')).map((line) => line.replace(/#.*/, '').trim());
const captionCommands = commands.filter((command) => command.includes(' caption -- '));

/** npm and Lambda set these, never people. */
const SET_BY_PROGRAMS = ['INIT_CWD', 'NODE_PATH'];

describe('the README', () => {
  it.each(captionCommands)('shows a command that is understood: %s', (command) => {
    const argv = command.replace(/.* caption -- /, '').split(/\s+/);
    expect(() => parseCaptionArguments(argv)).not.toThrow();
  });

  it('names scripts that exist', () => {
    const named = [...docs.matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(captionCommands.length).toBeGreaterThan(3);
  });

  it('names settings that exist, and all of them', () => {
    const named = new Set([...commandPages.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, name = '']) => name));
    const settings = [...config.matchAll(/^ {2}([A-Z_]+):/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !SET_BY_PROGRAMS.includes(name));
    expect(settings.filter((name) => !named.has(name))).toEqual([]);
  });

  it('names every setting of a deployment', () => {
    expect(Object.keys(context).filter((name) => !readme.includes(`\`${name}`) && !readme.includes(`${name}=`))).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link).filter((link) => !link.startsWith('http'));
    expect(links.filter((link) => !existsSync(join(REPOSITORY, link)))).toEqual([]);
  });
});
