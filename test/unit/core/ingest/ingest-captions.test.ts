// How pictures are gathered into batches: full ones while more are coming, all lanes at the end, and nobody waits for a caller who left.
import { expect, it } from 'vitest';
import { gatheredCaptions } from '../../../../functions/core/ingest/ingest-captions.ts';
import { fakeCaptioner } from '../../../support/fake-captioner.ts';

const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);

const gathering = (lanes = 2) => {
  const fake = fakeCaptioner({ lanes, before: () => new Promise((resolve) => setImmediate(resolve)) });
  const batches: number[] = [];
  const captions = gatheredCaptions({
    ...fake,
    caption: (pictures, choices) => {
      batches.push(pictures.length);
      return fake.caption(pictures, choices);
    },
  });
  return { captions, batches };
};

it('a single picture does not wait', async () => {
  const { captions, batches } = gathering();
  expect(await captions.place().caption('a', bytesOf('a dog'))).toMatchObject({ text: 'a dog.' });
  expect(batches).toEqual([1]);
});

it('pictures wait for those that are coming, until a batch is full', async () => {
  const { captions, batches } = gathering();
  const places = Array.from({ length: 10 }, () => captions.place());
  await Promise.all(places.map((place, at) => place.caption(`${at}`, bytesOf(`dog ${at}`))));
  expect(batches).toEqual([5, 5]);
});

it('the last pictures are shared out to all lanes', async () => {
  const { captions, batches } = gathering();
  const places = Array.from({ length: 3 }, () => captions.place());
  await Promise.all(places.map((place, at) => place.caption(`${at}`, bytesOf(`dog ${at}`))));
  expect(batches).toEqual([2, 1]);
});

it('nobody waits for a caller who leaves without asking, or asks for bytes that are known', async () => {
  const { captions, batches } = gathering();
  const [first, second, third] = [captions.place(), captions.place(), captions.place()];
  const asked = first.caption('a', bytesOf('a dog'));
  const same = second.caption('a', bytesOf('a dog'));
  expect(batches).toEqual([]);
  third.leave();
  third.leave();
  expect(batches).toEqual([1]);
  expect(await same).toBe(await asked);
  expect(captions.inferences).toBe(1);
});
