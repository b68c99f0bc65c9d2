// Random histories of a record, as fast-check makes them, and how they are lived.
import fc from 'fast-check';
import { TEXT_KINDS } from '../../functions/core/record/record.ts';
import { beginLife, type Life, type Saying, type Step } from './edit-life.ts';
import type { PutFault } from './fake-store.ts';

/** Nearly the longest description, in the widest characters: a few of them fill a history. */
const LONG = '😀'.repeat(7_990);

const kind = fc.oneof({ weight: 3, arbitrary: fc.constant('alt' as const) }, { weight: 2, arbitrary: fc.constantFrom(...TEXT_KINDS) });
const words = fc.constantFrom('A dog.', 'A cat.', 'A dog on a sofa.', 'Two people.');
const model = fc.constantFrom('m@1', 'm@2');
const lang = fc.constantFrom('en', 'en-GB', 'de', 'fr', 'zh-Hant');
const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined, freq: 2 });
const personal = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('My dog.', 'A dog.', 'Our cat on the sofa.', 'Zoë’s cat') },
  { weight: 2, arbitrary: fc.constant('') },
);
const saying: fc.Arbitrary<Saying> = fc.record(
  {
    model,
    words: fc.oneof(
      { weight: 1, arbitrary: fc.constant({}) },
      { weight: 6, arbitrary: words.map((text) => ({ alt: text, caption: text })) },
      { weight: 1, arbitrary: fc.record({ alt: words, long: words }) },
    ),
    embedded: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ alt: words }) }),
  },
  { requiredKeys: ['model', 'words'] },
);
const defined = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
const rarely = fc.nat(9).map((n) => n === 0);

/** Mostly what is there already; two follow with the same bytes. */
const version = fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.integer({ min: 1, max: 6 }) });

/** Anything that can happen. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('upload' as const),
      version,
      saying,
      broken: rarely,
      left: rarely,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('recaption' as const), saying, propose: fc.boolean(), stale: rarely }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('translate' as const), kind, lang, words }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('promote' as const), model }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('roll back' as const), model }) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        do: fc.constant('write' as const),
        kind,
        text: fc.oneof({ weight: 3, arbitrary: personal }, { weight: 1, arbitrary: fc.constant(null) }),
        lang: some(lang),
        locked: some(fc.boolean()),
      })
      .map((one) => defined(one) as Step),
  },
  { weight: 1, arbitrary: fc.nat(9).map((n): Step => ({ do: 'write', kind: 'long', text: `${n} ${LONG}` })) },
  {
    weight: 5,
    arbitrary: fc
      .record({
        do: fc.constant('review' as const),
        action: fc.constantFrom('accept', 'edit', 'decorative', 'reject'),
        kind: some(kind),
        of: some(fc.constantFrom('current', 'proposal')),
        text: personal,
      })
      .map((one) => defined(one) as Step),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('product' as const), name: words }) },
  { weight: 1, arbitrary: rarely.map((isRare): Step => (isRare ? { do: 'remove' } : { do: 'product', name: 'Sofa' })) },
);

const first = fc.record({ do: fc.constant('upload' as const), version: fc.constant(1), saying, broken: rarely, left: rarely });

/** What happens in a history: some steps one after the other, some at the same time. */
export const rounds = fc
  .tuple(
    first,
    fc.array(fc.oneof({ weight: 5, arbitrary: fc.tuple(step) }, { weight: 1, arbitrary: fc.tuple(step, step) }), {
      minLength: 5,
      maxLength: 24,
      size: 'max',
    }),
  )
  .map(([begin, rest]): Step[][] => [[begin], ...rest]);

/** What goes wrong with the writes of a history, over and over again. */
export const faults = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom<PutFault>('conflict', 'throw', 'committed-throw', 'committed-conflict') },
  ),
  { minLength: 1, maxLength: 12 },
);

/** Lives a history from its beginning; `begin` begins a life. */
export const lived = async (
  history: readonly (readonly Step[])[],
  broken: readonly (PutFault | undefined)[],
  begin: typeof beginLife = beginLife,
): Promise<Life> => {
  let writes = 0;
  const life = await begin(() => broken[writes++ % broken.length]);
  for (const steps of history) await life.together(steps);
  return life;
};
