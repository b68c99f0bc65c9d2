// What the README says can be done: its commands parse, its scripts and settings exist, its links lead somewhere.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCaptionArguments } from '../../functions/handlers/caption-arguments.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const config = readFileSync(join(REPOSITORY, 'functions/wiring/config.ts'), 'utf8');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));

const blocks = [...readme.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block);
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
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(captionCommands.length).toBeGreaterThan(3);
  });

  it('names settings that exist, and all of them', () => {
    const named = new Set([...readme.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, name = '']) => name));
    const settings = [...config.matchAll(/^ {2}([A-Z_]+):/gm)]
      .map(([, name = '']) => name)
      .filter((name) => !SET_BY_PROGRAMS.includes(name));
    expect(settings.filter((name) => !named.has(name))).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link).filter((link) => !link.startsWith('http'));
    expect(links.filter((link) => !existsSync(join(REPOSITORY, link)))).toEqual([]);
  });
});
