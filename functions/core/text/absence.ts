// Why there is no text, and what people can do: a reasoned silence is worth more than a wrong text.
import { REASONS } from '../errors.ts';
import type { CaptionRecord } from '../record/record.ts';

/** Why there is no text. */
export type Absence = { status: 'abstained' | 'pending' | 'failed'; reason?: string; next: string };

const WRITE = 'Write the alt text yourself, or have a larger model asked.';

const ofFailure = ({ reason }: CaptionRecord): Absence => {
  const isRetried = reason !== undefined && REASONS[reason].retryable;
  const next = isRetried
    ? 'Ask again later: it is tried again when the picture is. Or write the alt text yourself.'
    : 'Replace the file, or write the alt text yourself.';
  return { status: 'failed', ...(reason !== undefined && { reason }), next };
};

/** Why a machine's text that is there is not said, or why there is none. */
const ofSilence = ({ texts, withheld, machine }: CaptionRecord): Absence => {
  if (withheld?.alt !== undefined)
    return { status: 'abstained', reason: 'REJECTED', next: 'Write the alt text yourself, or accept a proposal.' };
  if (texts.alt !== undefined) {
    return {
      status: 'abstained',
      reason: 'NEGATIVE_KEYWORD',
      next: 'Write the alt text yourself, or change the product’s negative keywords.',
    };
  }
  return { status: 'abstained', reason: machine?.abstained ?? 'NO_TEXT', next: WRITE };
};

/** Why a record has no text to use. */
export const absenceOf = (record: CaptionRecord): Absence => {
  const { state } = record;
  if (state === 'PENDING') return { status: 'pending', next: 'Ask again in a moment: the picture is still waiting for its description.' };
  if (state === 'FAILED') return ofFailure(record);
  if (state === 'DELETED') return { status: 'failed', reason: 'DELETED', next: 'Upload the picture again.' };
  return ofSilence(record);
};
