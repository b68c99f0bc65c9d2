// schema.org's vocabulary as schema-dts has it: the properties of a type with those of its ancestors, and a JSON-LD context made of them,
// so that nothing is fetched.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const VOCABULARY = 'https://schema.org/';

const types = readFileSync(join(dirname(createRequire(import.meta.url).resolve('schema-dts/package.json')), 'dist', 'schema.d.ts'), 'utf8');

const PROPERTY = /^ {4}"(\w+)"\?: SchemaValue<(.*), "\w+">;$/gm;

/** Properties of a type, its ancestors' too, each with the types of its values as schema-dts writes them. */
export const propertiesOf = (type: string): Map<string, string> => {
  const [, parents = '', body = ''] = new RegExp(`^interface ${type}Base extends ([^{]+){\\n([\\s\\S]*?)^}`, 'm').exec(types) ?? [];
  const inherited = [...parents.matchAll(/(\w+)Base/g)].flatMap(([, parent = '']) => [...propertiesOf(parent)]);
  return new Map([...inherited, ...[...body.matchAll(PROPERTY)].map(([, name = '', values = '']): [string, string] => [name, values])]);
};

/** A context for those properties: addresses where schema.org wants addresses alone, texts otherwise. */
export const contextOf = (type: string): { '@context': Record<string, string | { '@id': string; '@type'?: string }> } => ({
  '@context': Object.fromEntries([
    [type, `${VOCABULARY}${type}`],
    ...[...propertiesOf(type)].map(([name, values]) => [
      name,
      values === 'URL' ? { '@id': VOCABULARY + name, '@type': '@id' } : { '@id': VOCABULARY + name },
    ]),
  ]),
});
