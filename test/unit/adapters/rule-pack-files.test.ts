import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readRulePack, readRulePacks } from '../../../functions/adapters/rule-pack-files.ts';
import { captionPorts } from '../../../functions/wiring/caption-cli.ts';
import { readConfig } from '../../../functions/wiring/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
const PACK = 'name: own\ntitle: Own\nabout: A test\nrules:\n  - check: format\n    allowed: [png]\n    rule: PNG only.\n';

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

afterAll(() => rmSync(folder, { recursive: true }));

const bomb = `${Array.from({ length: 9 }, (_, n) => `a${n}: &a${n} [${n === 0 ? 'x' : Array.from({ length: 9 }, () => `*a${n - 1}`).join(', ')}]`).join('\n')}\n`;

describe('rule packs in files', () => {
  it('are read', () => {
    expect(readRulePack(file('own.yaml', PACK))).toMatchObject({
      name: 'own',
      rules: [{ check: 'format', allowed: ['png'], level: 'must' }],
    });
  });

  it.each([
    ['missing.yaml', undefined, 'missing.yaml: the rule pack cannot be read: '],
    ['large.yaml', '#'.repeat(60_000), 'large.yaml: the rule pack cannot be read: it has 60000 bytes'],
    ['broken.yaml', 'rules: [', 'broken.yaml: not YAML: '],
    ['bomb.yaml', bomb, 'bomb.yaml: not YAML: '],
    ['wrong.yaml', PACK.replace('[png]', '[bmp]'), 'wrong.yaml: rules[0].allowed[0]: '],
  ])('%s is refused in one line', (name, text, words) => {
    const path = text === undefined ? join(folder, name) : file(name, text);
    expect(() => readRulePack(path, name)).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringContaining(words) }));
  });

  it('of a folder are all of it, each named as its file', () => {
    const shipped = readRulePacks(fileURLToPath(new URL('../../../rules', import.meta.url)));
    expect(shipped.map(({ name }) => name)).toEqual(['accessible-web', 'amazon-main', 'google-merchant', 'instagram']);
    const other = mkdtempSync(join(tmpdir(), 'rules-'));
    writeFileSync(join(other, 'other.yaml'), PACK);
    expect(() => readRulePacks(other)).toThrow('other.yaml: name: expected other but received own');
    rmSync(other, { recursive: true });
  });

  it('are found by the caption command by name and by path', () => {
    const ports = captionPorts(readConfig({ INIT_CWD: folder }), process.stdout, process.stderr);
    file('own.yaml', PACK);
    expect(ports.rules('amazon-main').name).toBe('amazon-main');
    expect(ports.rules('own.yaml').name).toBe('own');
    file('odd.yaml', 'rules: [');
    expect(() => ports.rules('odd.yaml')).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('odd.yaml: ') }),
    );
    const message =
      'Expected one of accessible-web, amazon-main, google-merchant, instagram, or the path of a YAML file, for --rules but received "ebay"';
    expect(() => ports.rules('ebay')).toThrow(expect.objectContaining({ code: 'USAGE', message }));
  });
});
