import { describe, expect, it } from 'vitest';
import { FEED_SHARDS, FEEDS, feedOf, feedPlace, fromFeedPlace, TABLE } from '../../../../functions/core/record/table.ts';

describe('the table', () => {
  it('has an index for each way of reading', () => {
    expect(TABLE.indexes.map(({ name }) => name)).toEqual(['byKey', 'byChange', 'bySha256', 'byRisk']);
  });

  it('spreads changes over all feeds', () => {
    const counts = new Map(FEEDS.map((feed) => [feed, 0]));
    for (let n = 0; n < 4_000; n++) {
      const feed = feedOf(`record-${n}`);
      counts.set(feed, (counts.get(feed) ?? Number.NaN) + 1);
    }
    expect(counts.size).toBe(FEED_SHARDS);
    for (const count of counts.values()) expect(count).toBeGreaterThan(700);
    expect(feedOf('abc')).toBe(feedOf('abc'));
  });

  it('orders places in a feed by time, then id', () => {
    const places = [feedPlace(5, 'b'), feedPlace(5, 'a'), feedPlace(1_800_000_000_000, ''), feedPlace(40, 'a')];
    expect(places.toSorted()).toEqual([places[1], places[0], places[3], places[2]]);
    expect(fromFeedPlace(feedPlace(1_800_000_000_000, 'x#y'))).toEqual({ changedAt: 1_800_000_000_000, id: 'x#y' });
  });
});
