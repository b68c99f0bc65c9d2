// What this deployment is set to, in words, with the name of the setting that changes each line. No secrets are among them.
import { html } from 'hono/html';
import type { LookupSettings } from '../../core/lookup/lookup-ports.ts';
import type { Html } from './parts.ts';
import { analysisRows } from './settings-analysis.ts';
import { counted, sizeWords } from './words.ts';

/** What the page of settings shows. */
export type Settings = {
  settings: Readonly<LookupSettings>;
  speaks: boolean;
  translates: boolean;
  scopes: readonly string[];
  prefixes?: readonly string[];
};

const MS_PER_S = 1_000;

const list = (words: readonly string[], none: string): Html | string =>
  words.length === 0 ? none : html`${words.map((word, at) => html`${at === 0 ? '' : ', '}<code>${word}</code>`)}`;

const given = (value: string): Html | string => (value === '' ? 'None' : html`<code>${value}</code>`);

/** `setting`: its name for a deployment; absent: it belongs to the program. */
type Row = readonly [what: string, value: unknown, meaning: string, setting?: string];

const beginnings = ({ keys }: Settings['settings']): Row => [
  'Keys begin with',
  list(keys.keyPrefixes, 'Anything'),
  'Pictures under other keys are not described.',
  'keyPrefixes',
];

const rows = ({ settings, speaks, translates, prefixes }: Settings): Row[] => [
  ['Bucket', given(settings.bucket), 'Where uploads go, and whose pictures are shown.', 'bucketName'],
  // the deployment's prefixes may be those of other callers
  ...(prefixes === undefined ? [beginnings(settings)] : []),
  ['Keys end with', list(settings.keys.keySuffixes, 'Anything'), 'Pictures under other keys are not described.', 'keySuffixes'],
  ['Own files', given(settings.keys.outputPrefix), 'The service keeps its own files below it. They are never described.', 'outputPrefix'],
  [
    'Neutral words for people',
    settings.genderNeutral ? 'On' : 'Off',
    'Machines say person, people and child. What people write stays as it is.',
    'genderNeutral',
  ],
  [
    'Public address of pictures',
    given(settings.imageBaseUrl),
    'Stands before the key in code to copy, in sitemaps and in previews.',
    'imageBaseUrl',
  ],
  ['Page that shows pictures', given(settings.sitePageUrl), 'For pictures that have no page of their own.', 'sitePageUrl'],
  ...analysisRows(settings),
  ['Speech', speaks ? 'On' : 'Off', 'Reads texts aloud.', 'speech'],
  ['Machine translation', translates ? 'On' : 'Off', 'Translates a text when somebody asks for it.', 'translate'],
  [
    'Deleted records are kept',
    counted(settings.tombstoneDays, 'day'),
    'So that late news of an old picture does not bring it back.',
    'tombstoneDays',
  ],
  ['Largest picture', sizeWords(settings.maxPictureBytes), 'Larger files are refused.'],
  [
    'Changes are told after',
    counted(settings.changesSettleMs / MS_PER_S, 'second'),
    'So that nobody who reads the feed of changes misses one.',
  ],
];

const row = ([what, value, meaning, setting]: Row): Html =>
  html`<div><dt>${what}</dt><dd><strong>${value}</strong></dd><dd class="hint">${meaning}${setting === undefined ? '' : html` Setting: <code>${setting}</code>`}</dd></div>`;

/** The main part of the page of settings. */
export const settingsView = (shown: Settings): Html => html`<h1>Settings</h1>
<p class="lead">What this deployment is set to. Nothing can be changed here: settings belong to the deployment, so that they are reviewed like code.</p>
<section class="panel" aria-labelledby="settings-title"><h2 id="settings-title">This deployment</h2>
<dl class="settings">${rows(shown).map(row)}</dl></section>
<section class="panel" aria-labelledby="change-title"><h2 id="change-title">To change a setting</h2>
<p>On AWS, deploy again with its name and its new value, for example <code>npx cdk deploy -c genderNeutral=false</code>, or write it into <code>cdk.json</code> first.</p>
<p>On one machine, write it into <code>cdk.json</code> and start again.</p></section>
<section class="panel" aria-labelledby="you-title"><h2 id="you-title">Your access</h2>
<p>You may use: ${list(shown.scopes, 'nothing')}.</p>
<p>${shown.prefixes === undefined ? 'You see all pictures.' : html`You see pictures whose keys begin with: ${list(shown.prefixes, 'nothing')}.`}</p></section>`;
