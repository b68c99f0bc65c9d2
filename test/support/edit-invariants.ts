// What must hold at every write of a record, whoever makes it: people's words stay, nothing of them is lost, and the history is true.
import { isDeepStrictEqual } from 'node:util';
import { MAX_PAST_BYTES, MAX_PAST_ENTRIES } from '../../functions/core/record/history.ts';
import { type CaptionRecord, type PastText, TEXT_KINDS, type Text, type TextKind } from '../../functions/core/record/record.ts';
import { recordView } from '../../functions/core/record/record-view.ts';
import { historyView } from '../../functions/core/record/text-view.ts';

/** Who writes: a person about these places (such as `main alt` or `de alt`), a machine, or the removal of the object. */
export type Actor = { who: 'person'; places: readonly string[] } | { who: 'machine' } | { who: 'removal' };

/** DynamoDB's limit on an item, in bytes. */
const MAX_ITEM_BYTES = 409_600;

/** Room that the largest entry of a history may need, in bytes. */
const LARGEST_ENTRY_BYTES = 34_000;

/** What a removal takes away. */
const CONTENTS = ['history', 'proposals', 'translations', 'product', 'facts', 'review', 'withheld', 'machine', 'picture'] as const;

type Placed = { place: string; kind: TextKind; text: Text };

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const placedTexts = ({ texts, translations = {} }: CaptionRecord): Placed[] =>
  [['main', texts] as const, ...Object.entries(translations)].flatMap(([lang, some]) =>
    TEXT_KINDS.flatMap((kind) => {
      const text = some?.[kind];
      return text === undefined ? [] : [{ place: `${lang} ${kind}`, kind, text }];
    }),
  );

const isAutomatic = ({ origin }: Text): boolean => origin === 'machine' || origin === 'embedded';
const isPersonal = (text: Text): boolean => text.locked === true || !isAutomatic(text);

/** A person's words, as they are looked for later. */
const wordsOf = ({ kind, text }: { kind: TextKind; text: Text }): string => JSON.stringify([kind, text.text, text.origin]);

const pastOf = ({ history = [] }: CaptionRecord): readonly PastText[] => history;

/** Whether the history is so full that what has gone may have been dropped by its bounds. */
const isFull = (record: CaptionRecord): boolean => {
  const past = pastOf(record);
  return past.length >= MAX_PAST_ENTRIES || bytesOf(past) + LARGEST_ENTRY_BYTES > MAX_PAST_BYTES;
};

/** A text names the picture that it is about once that is known; nothing else of it changes. */
const isStill = (text: Text, now: Text | undefined): boolean => {
  if (now === undefined || text.sha256 !== undefined) return isDeepStrictEqual(now, text);
  const { sha256: _, ...same } = now;
  return isDeepStrictEqual(same, text);
};

const untouched = (before: CaptionRecord, after: CaptionRecord, actor: Actor): string[] => {
  const now = new Map(placedTexts(after).map((one) => [one.place, one.text]));
  return placedTexts(before).flatMap(({ place, text }) => {
    if (!isPersonal(text) || (actor.who === 'person' && actor.places.includes(place))) return [];
    return isStill(text, now.get(place)) ? [] : [`${actor.who} changed the ${text.origin} text ${place}`];
  });
};

const withheldStay = (before: CaptionRecord, after: CaptionRecord, actor: Actor): string[] => {
  if (actor.who !== 'machine' || after.sequencer !== before.sequencer || after.etag !== before.etag) return [];
  return TEXT_KINDS.flatMap((kind) =>
    before.withheld?.[kind] !== undefined && !isDeepStrictEqual(before.texts[kind], after.texts[kind])
      ? [`a machine put the withheld ${kind}`]
      : [],
  );
};

/** What a machine says anew may not be what a person has rejected for this very picture. */
const rejectedStay = (before: CaptionRecord, after: CaptionRecord, actor: Actor): string[] => {
  if (actor.who !== 'machine') return [];
  const automatic = ({ texts, proposals = {} }: CaptionRecord, kind: TextKind): Text[] =>
    [texts[kind], proposals[kind]].flatMap((text) => (text !== undefined && isAutomatic(text) ? [text] : []));
  return TEXT_KINDS.flatMap((kind) => {
    const known = automatic(before, kind).map(({ text }) => text);
    const isRejected = ({ text, sha256 }: Text): boolean =>
      pastOf(after).some((past) => past.why === 'rejected' && past.kind === kind && past.text === text && past.sha256 === sha256);
    return automatic(after, kind).some((text) => !known.includes(text.text) && isRejected(text))
      ? [`a machine says the rejected ${kind} again`]
      : [];
  });
};

const isOrdered = ({ lastPast = 0, ...record }: CaptionRecord): boolean =>
  [...pastOf(record), { n: lastPast + 1 }].every(({ n }, i, all) => i === 0 || n > (all[i - 1]?.n ?? 0));

const rewritten = (known: ReadonlyMap<number, PastText>, last: number, after: CaptionRecord): string[] =>
  pastOf(after)
    .filter((past) => past.n <= last && !isDeepStrictEqual(known.get(past.n), past))
    .map(({ n }) => `entry ${n} of the history was changed or came back`);

const dropped = (known: ReadonlyMap<number, PastText>, after: CaptionRecord): string[] => {
  const gone = [...known.values()].filter(({ n }) => !pastOf(after).some((past) => past.n === n));
  return [
    ...(gone.length > 0 && !isFull(after) ? ['entries of the history went although there was room'] : []),
    ...(gone.some((past) => !isAutomatic(past)) && pastOf(after).some(isAutomatic) ? ["people's entries went while machines' stayed"] : []),
  ];
};

const trueHistory = (before: CaptionRecord | undefined, after: CaptionRecord): string[] => {
  const known = new Map(before === undefined ? [] : pastOf(before).map((past) => [past.n, past]));
  const isWithin = pastOf(after).length <= MAX_PAST_ENTRIES && bytesOf(pastOf(after)) <= MAX_PAST_BYTES + 1;
  return [
    ...(isOrdered(after) ? [] : ['numbers of the history do not grow']),
    ...(isWithin ? [] : ['the history is out of its bounds']),
    ...rewritten(known, before?.lastPast ?? 0, after),
    ...dropped(known, after),
  ];
};

const proposalsBeside = ({ proposals = {}, texts }: CaptionRecord): string[] =>
  TEXT_KINDS.flatMap((kind) => {
    const proposal = proposals[kind];
    if (proposal === undefined) return [];
    return [
      ...(isAutomatic(proposal) ? [] : [`a ${proposal.origin} text is only proposed`]),
      ...(proposal.text === texts[kind]?.text ? [`the ${kind} is proposed although it is the current one`] : []),
    ];
  });

const laterRevision = (before: CaptionRecord | undefined, after: CaptionRecord): string[] => {
  if (before === undefined) return [];
  const seen = (record: CaptionRecord): unknown => {
    const { revision: _, changedAt: _at, ...view } = recordView(record);
    return [view, historyView(record)];
  };
  return [
    ...(after.revision === before.revision + 1 ? [] : [`revision ${after.revision} after ${before.revision}`]),
    ...(after.changedAt > before.changedAt || isDeepStrictEqual(seen(after), seen(before))
      ? []
      : ['readers see another record of the same time']),
  ];
};

/** Watches the writes of one record. */
export type Watch = { wrote(before: CaptionRecord | undefined, after: CaptionRecord, actor: Actor): void; faults: string[] };

/** Begins to watch a record that is not there yet. */
export const watch = (): Watch => {
  const faults: string[] = [];
  let said = new Set<string>();
  let mayDrop = false;
  const kept = (after: CaptionRecord): string[] => {
    const there = new Set([...placedTexts(after), ...pastOf(after).map((past) => ({ kind: past.kind, text: past }))].map(wordsOf));
    return [...said].filter((words) => !there.has(words) && !mayDrop).map((words) => `a person's words are lost: ${words.slice(0, 60)}`);
  };
  const supersedes = (after: CaptionRecord): string[] => {
    const numbers = new Set(pastOf(after).map(({ n }) => n));
    const all = [...placedTexts(after).map(({ text }) => text), ...Object.values(after.proposals ?? {}), ...pastOf(after)];
    return all.flatMap(({ supersedes: n }) => {
      if (n === undefined || numbers.has(n)) return [];
      return mayDrop && n <= (after.lastPast ?? 0) ? [] : [`supersedes ${n}, which never was`];
    });
  };
  const removed = (after: CaptionRecord, actor: Actor): string[] => {
    said = new Set();
    mayDrop = false;
    const rest = CONTENTS.filter((field) => after[field] !== undefined);
    return [
      ...(rest.length > 0 || Object.keys(after.texts).length > 0 ? [`a removal has left ${rest.join(', ')}`] : []),
      ...(actor.who === 'removal' ? [] : [`${actor.who} removed the record`]),
    ];
  };
  const changed = (before: CaptionRecord | undefined, after: CaptionRecord, actor: Actor): string[] => {
    mayDrop ||= isFull(after);
    for (const one of placedTexts(after)) if (!isAutomatic(one.text)) said.add(wordsOf(one));
    return [
      ...(before === undefined
        ? []
        : [...untouched(before, after, actor), ...withheldStay(before, after, actor), ...rejectedStay(before, after, actor)]),
      ...trueHistory(before, after),
      ...kept(after),
      ...supersedes(after),
      ...proposalsBeside(after),
      ...laterRevision(before, after),
      ...(bytesOf(after) > MAX_ITEM_BYTES ? [`an item of ${bytesOf(after)} bytes`] : []),
    ];
  };
  return {
    faults,
    wrote(before, after, actor) {
      faults.push(...(after.state === 'DELETED' ? removed(after, actor) : changed(before, after, actor)));
    },
  };
};
