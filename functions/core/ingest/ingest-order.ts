// The order in which the deliveries of one batch are worked on: of each key only the newest, and never two of a key at once.

import type { ObjectEvent } from '../record/object-event.ts';
import { compareSequencers } from '../record/sequencer.ts';
import type { Delivery } from './ingest-ports.ts';

const roundOf = ({ kind, versionOnly }: ObjectEvent): 0 | 1 | 2 => {
  if (versionOnly === true) return 2;
  return kind === 'observed' ? 1 : 0;
};

/** By sequencer; what has none, by time; of the same event the delivery that is counted higher is the later one. */
const isNewer = (a: Delivery, b: Delivery): boolean =>
  (compareSequencers(a.event.sequencer, b.event.sequencer) || a.event.at - b.event.at || a.receives - b.receives) > 0;

/**
 * Rounds are worked on one after the other, the deliveries of a round at the same time; what is in none is superseded by something newer.
 * First what happened to objects, then what listing has found, then removals of single versions: those do not supersede anything, as older
 * versions may stay.
 */
export const planBatch = <D extends Delivery>(deliveries: readonly D[]): D[][] => {
  const rounds: Map<string, D>[] = [new Map(), new Map(), new Map()];
  for (const delivery of deliveries) {
    const { bucket, key, versionId, versionOnly } = delivery.event;
    const name = [bucket, key, versionOnly === true ? versionId : ''].join('\0');
    const round = rounds[roundOf(delivery.event)];
    const rival = round?.get(name);
    if (rival === undefined || isNewer(delivery, rival)) round?.set(name, delivery);
  }
  return rounds.map((round) => [...round.values()]);
};
