// What consumers are told when a record has reached a final state.
import type { CaptionEvent } from '../ports.ts';
import type { Judgement } from '../rules/verdict.ts';
import { type RecordView, recordView } from './record-view.ts';

/** Source of all events on the bus. */
export const EVENT_SOURCE = 'caption-on-upload';

/** Detail of an event. Events come at least once: a consumer knows one that it has had by its type, `id` and `revision`. */
export type EventDetail = Pick<RecordView, 'id' | 'bucket' | 'key' | 'state' | 'reason' | 'revision' | 'versionId'> & {
  /** S3's order of events on this key; '' when the object was found by listing */
  sequencer: string;
  /** absent when there are none */
  texts?: RecordView['texts'];
  /** name@version of the model that was asked */
  model?: string;
  /** of image.rules.failed: the packs that the picture fails by, each with the rules that it breaks */
  rules?: readonly Judgement[];
};

/** The detail of an event: clients' view of its record, without anything internal. */
export const eventDetail = (event: CaptionEvent): EventDetail => {
  const { record } = event;
  const { id, bucket, key, state, reason, revision, versionId, texts, machine } = recordView(record);
  return {
    id,
    bucket,
    key,
    state,
    ...(reason !== undefined && { reason }),
    revision,
    sequencer: record.sequencer,
    ...(versionId !== undefined && { versionId }),
    ...(Object.keys(texts).length > 0 && { texts }),
    ...(machine !== undefined && { model: machine.model }),
    ...(event.type === 'image.rules.failed' && { rules: event.failed }),
  };
};
