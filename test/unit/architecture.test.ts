// Imports go one way (core <- captioner <- hub <- adapters <- wiring <- doors, core <- handlers <- doors), and files stay short.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const FUNCTIONS = join(REPOSITORY, 'functions');
const MAX_LINES = 220;
const MAX_MEDIAN_LINES = 90;
const MAX_DOOR_LINES = 25;

/** What each folder may import from; a door is a file directly in functions/. */
const MAY_IMPORT: Record<string, string[]> = {
  core: ['core'],
  captioner: ['core', 'captioner'],
  hub: ['core', 'captioner', 'hub'],
  adapters: ['core', 'captioner', 'hub', 'adapters'],
  handlers: ['core', 'handlers'],
  wiring: ['core', 'captioner', 'hub', 'adapters', 'handlers', 'wiring'],
  door: ['core', 'handlers', 'wiring'],
};

/** What rooms without effects may import from packages: data in, data out. Other rooms import what they need. */
const PURE: Record<string, string[]> = {
  core: ['zod'],
  captioner: ['zod'],
  hub: ['zod', 'protobufjs/light.js', '@huggingface/tokenizers'],
};
const IMPORT = /^(?:import|export)[^'"]*?from '([^']+)'|import\('([^']+)'\)/gm;

const files = readdirSync(FUNCTIONS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({
    name,
    layer: name.includes(sep) ? (name.split(sep)[0] ?? '') : 'door',
    text: readFileSync(join(FUNCTIONS, name), 'utf8'),
  }));

const importsOf = (text: string): string[] => [...text.matchAll(IMPORT)].map(([, statement, call]) => statement ?? call ?? '');

describe.each(files)('functions/$name', ({ name, layer, text }) => {
  const allowed = MAY_IMPORT[layer] ?? [];

  it('imports only from the layers below it', () => {
    const imported = importsOf(text).filter((from) => from.startsWith('.'));
    const layers = imported.map((from) => relative(FUNCTIONS, join(FUNCTIONS, name, '..', from)).split(sep)[0] ?? '');
    expect(layers.filter((target) => !allowed.includes(target))).toEqual([]);
  });

  it('is pure where it must be', () => {
    const packages = PURE[layer];
    const outside = importsOf(text).filter((from) => !from.startsWith('.') && !packages?.includes(from));
    expect(packages === undefined ? [] : outside).toEqual([]);
  });

  it('is short and says what it is', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(layer === 'door' ? MAX_DOOR_LINES : MAX_LINES);
    expect(text.startsWith('// ')).toBe(true);
  });
});

describe('the code', () => {
  it('has a median file of at most 90 lines', () => {
    const lengths = files.map(({ text }) => text.split('\n').length).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
  });

  it('reads the environment in one place', () => {
    expect(files.filter(({ text }) => text.includes('process.env')).map(({ name }) => name)).toEqual([join('wiring', 'config.ts')]);
  });

  it('pins every dependency, and the lock names no registry', () => {
    const manifest: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/.test(version))).toEqual([]);
    expect(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});
