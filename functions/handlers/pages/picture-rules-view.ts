// Whether a picture meets the publishing rules of channels: what breaks a rule first, with the measured value and where to look.
import { html } from 'hono/html';
import { isVideo } from '../../core/picture/video-format.ts';
import { limitWords, measuredWords } from '../../core/rules/rule-words.ts';
import type { Judgement, RuleResult, Verdict } from '../../core/rules/verdict.ts';
import { markedPicture, placesOf } from './marked-picture.ts';
import { badge, type Html, type Tone } from './parts.ts';
import type { Picture } from './picture-model.ts';
import { counted } from './words.ts';

const RESULT_WORDS: Record<RuleResult, string> = { pass: 'Meets the rules', fail: 'Breaks rules', unknown: 'Not all is known' };
const RESULT_TONE: Record<RuleResult, Tone> = { pass: 'good', fail: 'bad', unknown: 'warn' };

const verdictBadge = ({ result, level }: Verdict): Html => {
  if (result === 'unknown') return badge('Not known', 'plain');
  return level === 'must' ? badge('Broken', 'bad') : badge('Advice', 'warn');
};

const measuredPart = (verdict: Verdict): Html | '' => {
  const { why, boxes = [] } = verdict;
  if (why !== undefined) return html`<p class="hint">Not known: ${why}.</p>`;
  const limit = limitWords(verdict);
  const where = boxes.length === 0 ? '' : html` Look ${placesOf(boxes).join(', ')}.`;
  return html`<p class="hint">Found: ${measuredWords(verdict) ?? 'nothing'}.${limit === undefined ? '' : html` Allowed: ${limit}.`}${where}</p>`;
};

const verdictItem = (verdict: Verdict): Html => html`<li>${verdictBadge(verdict)} ${verdict.rule}${measuredPart(verdict)}</li>`;

const packPart = ({ record }: Picture, { title, result, verdicts }: Judgement): Html => {
  const broken = verdicts.filter((verdict) => verdict.result === 'fail');
  const unknown = verdicts.filter((verdict) => verdict.result === 'unknown');
  const kept = verdicts.length - broken.length - unknown.length;
  return html`<details class="edit"><summary>${title} ${badge(RESULT_WORDS[result], RESULT_TONE[result])}</summary>
${markedPicture(
  record,
  broken.flatMap(({ boxes = [] }) => boxes),
)}
<p>Of ${counted(verdicts.length, 'rule')}, ${kept} met, ${broken.length} not met and ${unknown.length} not known.</p>
${kept === verdicts.length ? '' : html`<ul class="findings" role="list">${[...broken, ...unknown].map(verdictItem)}</ul>`}</details>`;
};

/** The judgements of a picture that was looked at; none of a video, of which channels' rules about pictures say nothing. */
export const rulesView = (picture: Picture): Html | '' => {
  const { judgements, record } = picture;
  if (judgements.length === 0 || record.picture === undefined || isVideo(record.picture.format)) return '';
  return html`<section class="panel" aria-labelledby="rules-title"><h2 id="rules-title">Publishing rules</h2>
<p class="hint">What channels ask of pictures, as far as it can be measured. Duplicates are looked for by the API only.</p>
${judgements.map((judgement) => packPart(picture, judgement))}</section>`;
};
