// What the page of a picture says about the facts of its analysis, the boxes that it draws, and how it shows videos.
import { beforeAll, describe, expect, it } from 'vitest';
import type { CaptionRecord } from '../../../../functions/core/record/record.ts';
import { webVtt } from '../../../../functions/core/video/webvtt.ts';
import { readyRecord } from '../../../support/api.ts';
import { EVERYTHING, FOUND_KEYS, foundRecords } from '../../../support/found-records.ts';
import { BUCKET_ORIGIN, type Pages, pages, SESSIONS } from '../../../support/pages.ts';
import { documentElements } from '../../../support/parsed-html.ts';

let made: Pages;
let records: CaptionRecord[];

beforeAll(async () => {
  records = await foundRecords();
  made = pages(records);
});

const pathOf = (key: string): string => `/images/${records.find((record) => record.key === key)?.id}`;
const shown = async (key: string): Promise<string> => (await made.browse('GET', pathOf(key))).body;

const sectionOf = (body: string, title: string): string =>
  documentElements(body)
    .find(({ attributes }) => attributes['aria-labelledby'] === title)
    ?.text.replaceAll(/\s+/g, ' ')
    .trim() ?? '';

describe('what is in the picture', () => {
  it.each([
    ['objects with how sure, where and how large', '1 cup In the middle, medium, 92 % sure.2 spoon At the right, small, 61 % sure.'],
    ['things of which nobody knows how sure', '3 table Across the picture.'],
    ['how many people', 'People2 83 % sure.'],
    ['the product’s attributes', 'ProductTypemug 91 % sure.Materialceramic 86 % sure.'],
    ['the scene', 'Scenetennis 93 % sure.'],
    ['lines of text with their language', 'T1 CAFÉ DU NORD At the top left, French (fr), 80 % sure.T2 No 7 60 % sure.'],
    ['brands', 'Names and marks belong to their owners.L1 Acme In the middle, 97 % sure.'],
    ['colours with their share', 'brown 52 %, #7d4e2cwhite 31 %'],
    ['sentences about parts, whose sureness is not calibrated', 'S1 A spoon on a saucer. At the right, 55 % sure, not calibrated'],
    ['the measured quality', 'Sharpness (low: blurred)812'],
    ['where an even background is', '40 % of the rim is #f2f2f2, 3.3 delta E from white'],
    ['an even border', 'Bordertop 5 %'],
    ['which model has looked', 'Objects and peopleobjects@1.0.0'],
    ['what failed, without words from inside', 'LogosFailed It could not be found out.'],
    ['tags with where they come from', 'mug 91 % sure, from product'],
  ])('says %s', async (_, words) => {
    expect(sectionOf(await shown(FOUND_KEYS.everything), 'found-title')).toContain(words);
  });

  it('tells nothing of what is inside of the service', async () => {
    expect(await shown(FOUND_KEYS.everything)).not.toContain('/opt/models');
  });

  it('says of each part that was looked for and not found that there is none', async () => {
    const said = sectionOf(await shown(FOUND_KEYS.nothing), 'found-title');
    for (const part of ['Objects', 'People', 'Text in the picture', 'Logos', 'Colours', 'Sentences about parts']) {
      expect(said).toContain(`${part}None found.`);
    }
    expect(said).toContain('Nothing is sure, or it is no photo of a product.');
    expect(said).not.toContain('belong to their owners');
  });

  it('says of the most people that are counted that there may be more', async () => {
    const record = await readyRecord('a.jpg', { facts: { people: { count: 13, confidence: 0.8, orMore: true } } });
    const { body } = await pages([record]).browse('GET', `/images/${record.id}`);
    expect(sectionOf(body, 'found-title')).toContain('People13 or more');
  });

  it('is not there when nobody has looked', async () => {
    const { machine: _, ...record } = await readyRecord('a.jpg', { texts: {} });
    const { body } = await pages([record]).browse('GET', `/images/${record.id}`);
    expect(sectionOf(body, 'found-title')).toBe('');
  });

  it('shows what was read and found as text, whatever it is', async () => {
    const facts = {
      text: [{ text: '<script>alert(1)</script>', lang: '"><b>', confidence: 0.9 }],
      colours: [{ name: 'red', share: 1, hex: '"><script>' }],
      logos: [{ brand: '<img src=x>', confidence: 1, box: [0, 0, 1, 1] as const }],
    };
    const record = await readyRecord('a.jpg', { facts });
    const { body } = await pages([record]).browse('GET', `/images/${record.id}`);
    expect(sectionOf(body, 'found-title')).toContain('<script>alert(1)</script>');
    expect(documentElements(body).filter(({ name, attributes }) => name === 'b' || attributes.src === 'x')).toEqual([]);
    expect(documentElements(body).filter(({ name }) => name === 'script')).toHaveLength(1);
  });
});

describe('boxes over the picture', () => {
  it('are drawn in percent of it, one group for each kind that has some', async () => {
    const elements = documentElements(await shown(FOUND_KEYS.everything));
    const groups = elements.filter(({ name }) => name === 'g').map(({ attributes }) => attributes.class);
    expect(groups).toEqual(['boxes-objects', 'boxes-text', 'boxes-logos', 'boxes-dense']);
    const [first] = elements.filter(({ name }) => name === 'rect');
    expect(first?.attributes).toMatchObject({ x: '20%', y: '30%', width: '40%', height: '40%' });
  });

  it('have the marks of the list, also where an entry has no box', async () => {
    const record = await readyRecord('a.jpg', { facts: { text: [{ text: 'a' }, { text: 'b', box: [0, 0, 1, 1] }] } });
    const { body } = await pages([record]).browse('GET', `/images/${record.id}`);
    const drawn = documentElements(body).filter(({ name, attributes }) => name === 'text' && attributes.dx !== undefined);
    expect(drawn.map(({ text }) => text)).toEqual(['T2']);
  });

  it('are switched by checkboxes that say how many there are', async () => {
    const elements = documentElements(await shown(FOUND_KEYS.everything));
    const labels = elements.filter(({ name, attributes }) => name === 'label' && attributes.for?.startsWith('show-'));
    expect(labels.map(({ text }) => text)).toEqual(['3 objects', '1 line of text', '1 logo', '1 part with a sentence']);
  });

  it('have no switches where there is nothing to draw', async () => {
    expect(await shown(FOUND_KEYS.nothing)).not.toContain('<fieldset');
  });

  it('are 40 of a kind at most', async () => {
    const objects = Array.from({ length: 60 }, () => ({ label: 'cup', confidence: 0.9, box: [0, 0, 0.1, 0.1] as const }));
    const record = await readyRecord('a.jpg', { facts: { ...EVERYTHING, objects } });
    const { body } = await pages([record]).browse('GET', `/images/${record.id}`);
    expect(body.match(/<rect x="0%"/g)).toHaveLength(40);
  });
});

describe('a video', () => {
  it('plays with a track of descriptions that the session reaches', async () => {
    const body = await shown(FOUND_KEYS.video);
    const elements = documentElements(body);
    const path = pathOf(FOUND_KEYS.video);
    expect(elements.find(({ name }) => name === 'video')?.attributes).toMatchObject({ src: `${path}/picture`, controls: '' });
    const track = elements.find(({ name }) => name === 'track')?.attributes;
    expect(track).toMatchObject({ kind: 'descriptions', srclang: 'en', src: `${path}/descriptions.vtt` });
    expect(elements.filter(({ name }) => name === 'img')).toEqual([]);

    const { statusCode, headers, body: vtt } = await made.browse('GET', `${path}/descriptions.vtt`, { session: SESSIONS.reader });
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/vtt; charset=utf-8']);
    const record = records.find(({ key }) => key === FOUND_KEYS.video);
    expect(vtt).toBe(record === undefined ? '' : webVtt(record, { genderNeutral: true }));
    expect(vtt).toContain('00:00:06.200 --> 00:01:11.000\nProbably: two people sit at a table.');
  });

  it('of which only its shots are known has no part about what is in the picture', async () => {
    const video = records.find(({ key }) => key === FOUND_KEYS.video);
    const { machine: _, texts: __, ...film } = await readyRecord('s.mp4', { ...(video?.facts && { facts: video.facts }) });
    const { body } = await pages([{ ...film, texts: {} }]).browse('GET', `/images/${film.id}`);
    expect(sectionOf(body, 'shots-title')).not.toBe('');
    expect(sectionOf(body, 'found-title')).toBe('');
  });

  it('has its shots with their times as a list', async () => {
    const said = sectionOf(await shown(FOUND_KEYS.video), 'shots-title');
    expect(said).toContain('0:00 to 0:06 A dog runs on grass.84 % sure');
    expect(said).toContain('0:06 to 1:11 Two people sit at a table.41 % sure');
    expect(said).toContain('1:11 to 1:15 The model says nothing about this shot.');
    expect(said).toContain('Players with a screen reader speak these sentences');
    const video = records.find(({ key }) => key === FOUND_KEYS.video);
    const rejected = await readyRecord('r.mp4', {
      ...(video?.facts && { facts: video.facts }),
      withheld: { alt: { by: 'Ann', at: 1, reason: 'x' } },
    });
    const { body } = await pages([rejected]).browse('GET', `/images/${rejected.id}`);
    expect(sectionOf(body, 'shots-title')).toContain('The machine’s text was rejected, so players speak none of these sentences.');
  });

  it('may come from the bucket by the policy of the page', async () => {
    const { headers } = await made.browse('GET', pathOf(FOUND_KEYS.video));
    expect(headers['content-security-policy']).toContain(`media-src 'self' ${BUCKET_ORIGIN};`);
  });

  it('shows its first frame in the gallery, where nothing can be done with it', async () => {
    const elements = documentElements((await made.browse('GET', '/')).body);
    const [video] = elements.filter(({ name }) => name === 'video');
    expect(video?.attributes).toMatchObject({ 'aria-hidden': 'true', tabindex: '-1' });
    expect(video?.attributes.controls).toBeUndefined();
  });

  it('has descriptions for those who may see it only, and a picture has none', async () => {
    const path = `${pathOf(FOUND_KEYS.video)}/descriptions.vtt`;
    expect((await made.browse('GET', path, { session: undefined })).statusCode).toBe(401);
    expect((await made.browse('GET', `${pathOf(FOUND_KEYS.everything)}/descriptions.vtt`)).statusCode).toBe(404);
  });
});
