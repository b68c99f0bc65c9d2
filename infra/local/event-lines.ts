// Events of the service as lines of the log, each: type, id, key, and the alt text or why there is none; of broken rules, which ones.
import { z } from 'zod';
import type { PutEvent } from './servers/server-types.ts';

const detail = z.object({
  id: z.string(),
  key: z.string(),
  reason: z.string().optional(),
  texts: z.object({ alt: z.object({ text: z.string() }).optional() }).optional(),
  rules: z.array(z.object({ pack: z.string(), verdicts: z.array(z.object({ check: z.string() })) })).optional(),
});

const wordsOf = ({ reason, texts, rules }: z.output<typeof detail>): string => {
  if (rules !== undefined) return rules.map(({ pack, verdicts }) => `${pack}: ${verdicts.map(({ check }) => check).join(', ')}`).join('; ');
  return texts?.alt === undefined ? (reason ?? 'no alt text') : JSON.stringify(texts.alt.text);
};

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Keys and texts are quoted: they may hold anything. */
export const eventLines = (events: readonly PutEvent[]): string[] =>
  events.map(({ detailType, detail: text }) => {
    const found = detail.safeParse(asJson(text));
    if (!found.success) return `${detailType}  ${JSON.stringify(text)}`;
    const { id, key } = found.data;
    return `${detailType}  ${id}  ${JSON.stringify(key)}  ${wordsOf(found.data)}`;
  });
