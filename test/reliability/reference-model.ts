// What must be known about each key in the end, told by the history alone: the last thing that happened to an object is what counts.
// Written without any rule of the service.

/** One thing that happened to a key, in the order in which S3 did them. */
export type Happening = { key: string; what: 'upload' | 'delete'; content: string; sequencer: string; versionId?: string };

/** What must be known: nothing but that it is gone, a failure, silence, or this alt text. */
export type Expected = { state: 'DELETED' } | { state: 'FAILED' | 'READY'; alt: string | undefined; sequencer: string; versionId?: string };

/** The last state of every key that something happened to. */
export const expectedStates = (history: readonly Happening[]): Map<string, Expected> => {
  const states = new Map<string, Expected>();
  for (const { key, what, content, sequencer, versionId } of history) {
    if (what === 'delete') {
      states.set(key, { state: 'DELETED' });
      continue;
    }
    const state = content.startsWith('broken:') ? 'FAILED' : 'READY';
    const alt = state === 'FAILED' || content.startsWith('unsure: ') ? undefined : `${content}.`;
    states.set(key, { state, alt, sequencer, ...(versionId !== undefined && { versionId }) });
  }
  return states;
};
