// What this deployment is set to, in words, with the name of the setting that changes each line. No secrets are among them.
import { html } from 'hono/html';
import type { LookupSettings } from '../../core/lookup/lookup-ports.ts';
import type { Html } from './parts.ts';
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

type Row = readonly [what: string, value: unknown, setting: string, meaning: string];

const rows = ({ settings, speaks, translates }: Settings): Row[] => [
  ['Bucket', given(settings.bucket), 'bucket', 'Where uploads go, and whose pictures are shown.'],
  ['Keys begin with', list(settings.keys.keyPrefixes, 'Anything'), 'keyPrefixes', 'Other keys are not described.'],
  ['Keys end with', list(settings.keys.keySuffixes, 'Anything'), 'keySuffixes', 'Other keys are not described.'],
  ['Own files', given(settings.keys.outputPrefix), 'outputPrefix', 'The service’s own files lie below it and are never described.'],
  ['Largest picture', sizeWords(settings.maxPictureBytes), 'maxPictureBytes', 'Larger files are refused.'],
  [
    'Neutral words for people',
    settings.genderNeutral ? 'On' : 'Off',
    'genderNeutral',
    'Machines’ texts say person, people and child. People’s texts stay as they are.',
  ],
  [
    'Public address of pictures',
    given(settings.imageBaseUrl),
    'imageBaseUrl',
    'Code to copy, sitemaps and previews name it before the key.',
  ],
  ['Page of pictures', given(settings.sitePageUrl), 'sitePageUrl', 'The page of pictures that have no page of their own.'],
  ['Speech', speaks ? 'On' : 'Off', 'speech', 'Reads texts aloud.'],
  ['Machine translation', translates ? 'On' : 'Off', 'translate', 'Translates texts when somebody asks for it.'],
  [
    'Changes are told after',
    counted(settings.changesSettleMs / MS_PER_S, 'second'),
    'changesSettleMs',
    'So that a late writer’s change is not skipped.',
  ],
  ['Deleted records are kept', counted(settings.tombstoneDays, 'day'), 'tombstoneDays', 'So that older events do not bring them back.'],
];

const row = ([what, value, setting, meaning]: Row): Html =>
  html`<tr><th scope="row">${what}</th><td>${value}</td><td>${meaning}</td><td><code>${setting}</code></td></tr>`;

/** The main part of the page of settings. */
export const settingsView = (shown: Settings): Html => html`<h1>Settings</h1>
<p class="lead">What this deployment is set to. Nothing can be changed here: settings belong to the deployment, so that they are reviewed like code.</p>
<section class="panel" aria-labelledby="settings-title"><h2 id="settings-title">This deployment</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Settings, table"><table><caption>Settings and their names</caption>
<thead><tr><th scope="col">What</th><th scope="col">Value</th><th scope="col">Meaning</th><th scope="col">Setting</th></tr></thead><tbody>${rows(shown).map(row)}</tbody></table></div>
<h3>To change one</h3>
<p>On AWS, deploy again with the setting’s name: <code>npx cdk deploy -c genderNeutral=false</code>, or write it into <code>cdk.json</code>. On one machine, start again with <code>npm start -- -c genderNeutral=false</code>.</p></section>
<section class="panel" aria-labelledby="you-title"><h2 id="you-title">Your access</h2>
<p>You may use: ${list(shown.scopes, 'nothing')}.</p>
<p>${shown.prefixes === undefined ? 'You see all pictures.' : html`You see pictures whose keys begin with: ${list(shown.prefixes, 'nothing')}.`}</p></section>`;
