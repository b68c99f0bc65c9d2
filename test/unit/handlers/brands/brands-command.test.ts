// The brands command on a list in memory: what it prints, what it refuses, and its exit codes.
import { describe, expect, it } from 'vitest';
import type { BrandStore } from '../../../../functions/core/brands/brand-store.ts';
import { PackageRefused, UsageError } from '../../../../functions/core/errors.ts';
import { brandsCommand } from '../../../../functions/handlers/brands/brands-command.ts';

const store = (changed: Partial<BrandStore> = {}): BrandStore => ({
  names: async () => ['Acme', 'Zeta'],
  add: async () => ({ version: '1.0.0+brands.12345678', count: 3, nearest: { brand: 'Zeta', cosine: 0.4 } }),
  remove: async () => ({ version: '1.0.0+brands.87654321', count: 1 }),
  ...changed,
});

const run = async (argv: string[], brands: BrandStore = store()) => {
  const [out, said]: [string[], string[]] = [[], []];
  const code = await brandsCommand(argv, { brands, out: (line) => void out.push(line), say: (line) => void said.push(line) });
  return { code, out, said };
};

describe('the brands command', () => {
  it('lists the names', async () => {
    expect(await run(['list'])).toEqual({ code: 0, out: ['Acme', 'Zeta'], said: [] });
  });

  it('adds a brand by its SVG and says how many there are', async () => {
    const asked: string[][] = [];
    const brands = store({
      async add(...args) {
        asked.push(args);
        return { version: '2', count: 3, nearest: undefined };
      },
    });
    expect(await run(['add', 'mark.svg', '--name', '  Moto Co '], brands)).toEqual({
      code: 0,
      out: ['Moto Co is known now: 3 brands (version 2)'],
      said: [],
    });
    expect(asked).toEqual([['mark.svg', 'Moto Co']]);
  });

  it('says when a mark looks much like another one, and only then', async () => {
    const alike = store({ add: async () => ({ version: '2', count: 3, nearest: { brand: 'Zeta', cosine: 0.83 } }) });
    expect((await run(['add', 'mark.svg', '--name', 'Moto'], alike)).out[1]).toBe(
      'its mark looks much like that of Zeta (83 %): one may be taken for the other',
    );
    expect((await run(['add', 'mark.svg', '--name', 'Moto'])).out).toHaveLength(1);
  });

  it('removes a brand', async () => {
    expect((await run(['remove', 'Zeta'])).out).toEqual(['Zeta is no longer known: 1 brands (version 1.0.0+brands.87654321)']);
  });

  it('helps', async () => {
    expect((await run(['--help'])).out[0]).toContain('npm run brands');
  });

  it.each([
    [[], 'Expected a command: add, list, remove'],
    [['grow'], 'Expected one of add, list, remove but received "grow"'],
    [['add'], 'Expected a file after add, such as: add mark.svg --name "Acme"'],
    [['add', 'mark.svg'], "Expected --name with the brand's name, 1 to 100 characters"],
    [['add', 'mark.svg', '--name', ' '], "Expected --name with the brand's name"],
    [['add', 'mark.svg', '--name', 'x'.repeat(101)], "Expected --name with the brand's name"],
    [['list', '--name', 'x'], 'Expected no --name with list; it takes --help'],
    [['remove'], 'Expected a brand after remove'],
  ])('refuses %j in one line', async (argv, why) => {
    const { code, out, said } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(said).toEqual([expect.stringContaining(why)]);
  });

  it('tells apart what the user wrote wrongly and a package that is not sound', async () => {
    const refusing = (thrown: Error) => store({ add: () => Promise.reject(thrown) });
    const add = ['add', 'mark.svg', '--name', 'Moto'];
    expect((await run(add, refusing(new UsageError('Expected an SVG')))).code).toBe(2);
    expect(await run(add, refusing(new PackageRefused('model package logos refused')))).toMatchObject({
      code: 1,
      said: ['model package logos refused'],
    });
    await expect(run(add, refusing(new TypeError('a fault')))).rejects.toThrow('a fault');
  });
});
