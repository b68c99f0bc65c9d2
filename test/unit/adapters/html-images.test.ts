// The audit of whole pages against truths that were made by hand: a page of 50 images, and small nasty ones.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PageAudit } from '../../../functions/core/audit/audit-page.ts';
import { auditHtml } from '../../../functions/wiring/audit.ts';

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/audit/${name}`, import.meta.url), 'utf8');
const page = fixture('page.html');
const [, ...truth] = fixture('page-truth.tsv')
  .split('\n')
  .filter((row) => row !== '')
  .map((row) => row.split('\t'));

const lineOf = (n: string): number => page.slice(0, page.indexOf(`data-n="${n}"`)).split('\n').length;
const statusesOf = ({ images }: PageAudit): string[] => images.map(({ status }) => status);
const rulesOf = ({ images }: PageAudit): string[] => images.flatMap(({ findings }) => findings.map(({ rule }) => rule));

describe('the page of 50 images', () => {
  const audit = auditHtml(page, { name: 'page.html' });

  it('counts what the hand-made truth counts', () => {
    const count = (status: string): number => truth.filter((row) => row[2] === status).length;
    expect(audit.counts).toEqual({
      all: 50,
      good: count('good'),
      decorative: count('decorative'),
      missing: count('missing'),
      suspicious: count('suspicious'),
      hidden: count('hidden'),
    });
    expect(audit.coverage).toBe((100 * (count('good') + count('decorative'))) / 50);
  });

  it('says of each image what the truth says, with its line', () => {
    const told = audit.images.map(({ line, element, status, findings }) => [
      line,
      element,
      status,
      findings.map(({ rule }) => rule).join(),
    ]);
    const expected = truth.map(([n = '', ...row]) => [lineOf(n), ...row]);
    expect(told.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual(expected.toSorted((a, b) => Number(a[0]) - Number(b[0])));
  });
});

describe('nasty pages', () => {
  it.each([
    ['nothing at all', '', []],
    ['no image', '<p>Hello', []],
    ['attributes without quotes and a tag that never ends', '<img src=a.jpg alt=Cat><img src=b.jpg alt="Dog', ['good']],
    ['an attribute twice: the first counts', '<img alt="A red bus in a street" alt="">', ['good']],
    ['capitals', '<IMG ALT="A red bus in a street"><IMG>', ['good', 'missing']],
    ['the old name of the element', '<image src="a.jpg">', ['missing']],
    [
      'XHTML',
      '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><img src="a.png" alt=""/></body></html>',
      ['decorative'],
    ],
    [
      'an image in a comment, a script, a style, a textarea and a title',
      '<title><img></title><!--<img>--><script>"<img>"</script><style><img></style><textarea><img></textarea>',
      [],
    ],
    ['a > in an alternative', '<img alt="x > y in a graph"><img alt="">', ['good', 'decorative']],
    ['an alternative of an image that is named elsewhere', '<img alt="" aria-label="A red bus in a street">', ['good']],
    ['a label that is empty', '<img aria-label="" alt="A red bus in a street"><img aria-label=" ">', ['good', 'missing']],
    ['labels of several parts, one of them missing', '<i id=a>A red bus</i><i id=b>in a street</i><img aria-labelledby="a x b">', ['good']],
    ['two images in a link, one of them with a text', '<a href=x><img alt=""><img alt="Home"></a>', ['decorative', 'good']],
    ['two images in a link, neither with a text', '<a href=x><img alt=""><img alt=""></a>', ['missing', 'missing']],
    ['an image that is hidden from readers in a link without words', '<a href=x><img alt="Home" aria-hidden=true></a>', ['missing']],
    ['a link without address is no link', '<a><img alt=""></a>', ['decorative']],
    ['a title on the link', '<a href=x title="Basket"><img alt=""></a>', ['decorative']],
    ['a button by role, labelled by an element', '<b id=m>Menu</b><div role=button aria-labelledby=m><img alt=""></div>', ['decorative']],
    [
      'a link that readers pass over',
      '<a href=x aria-hidden=true tabindex=-1><img alt=""><svg></svg></a><a inert href=y><img></a>',
      ['decorative', 'decorative'],
    ],
    ['a button picture that readers pass over', '<div aria-hidden=true><input type=image src=a.png></div>', ['decorative']],
    [
      'a link whose words nobody gets',
      '<a href=x><img alt=""><b hidden>Basket</b><b style="display:none">Basket</b><script>1</script></a>',
      ['missing'],
    ],
    ['a label that is hidden where it stands', '<b id=l hidden>A red bus in a street</b><img aria-labelledby=l>', ['good']],
    ['a summary', '<details><summary><img alt=""></summary></details>', ['missing']],
    ['an image in an image', '<div role="img" aria-label="A map of the valley"><img></div>', ['good']],
    ['an image role among others', '<span role="IMG presentation" aria-label="A map of the valley"></span>', ['good']],
    [
      'a drawing in a link with words, and one that is named',
      '<a href=x><svg></svg>Home</a><svg aria-label="A map of the valley"></svg>',
      ['good'],
    ],
    [
      'a shadow root that the page declares, and a template',
      '<div><template shadowrootmode=open><img></template></div><template><img></template>',
      ['missing', 'hidden'],
    ],
    ['noscript in noscript', '<noscript><img><noscript><img></noscript></noscript>', ['hidden', 'hidden']],
    ['an input of another type', '<input type=text alt=x><input type=" IMAGE " alt="Search">', ['good']],
    ['visibility', '<img style="visibility: hidden"><img style="VISIBILITY:visible" alt="">', ['hidden', 'decorative']],
    ['presentation that is named after all', '<img role=none aria-label="A red bus in a street">', ['good']],
    ['letters that nobody sees', '<img alt="&#8203;"><img alt="&nbsp;">', ['suspicious', 'suspicious']],
    ['an empty noscript', '<noscript></noscript><img alt="">', ['decorative']],
  ])('%s', (_, html, expected) => {
    expect(statusesOf(auditHtml(html))).toEqual(expected);
  });

  it('leaves out the rules that somebody ignores, and only these', () => {
    const html = '<img alt="IMG_1234.jpg"><img alt="IMAGE OF NOTHING"><img title="A red bus in a street"><img>';
    expect(rulesOf(auditHtml(html))).toEqual(['file-name', 'image-of', 'all-caps', 'only-title', 'missing-alt']);
    const some = auditHtml(html, { ignore: ['file-name', 'only-title', 'missing-alt'] });
    expect(statusesOf(some)).toEqual(['good', 'suspicious', 'good', 'missing']);
  });

  it('takes a page that nests deeper than any stack', () => {
    const depth = 20_000;
    const html = `${'<div role=button>'.repeat(depth)}<img alt="">`;
    expect(statusesOf(auditHtml(html))).toEqual(['missing']);
  });

  it('takes a control of very many nodes', () => {
    const html = `<a href=x><img alt="">${'<i></i>'.repeat(20_000)}Home</a>`;
    expect(auditHtml(html).counts.all).toBe(1);
  });

  it('takes very many images in one link, and in one figure', () => {
    const many = 20_000;
    expect(auditHtml(`<a href=x>${'<svg></svg>'.repeat(many)}</a>`).counts.missing).toBe(many);
    const figure = `<figure>${'<img alt="">'.repeat(many)}<figcaption>${'word '.repeat(many)}</figcaption></figure>`;
    expect(auditHtml(figure).counts.decorative).toBe(many);
  });

  it('takes each image of a link from the words beside it, and only that one', () => {
    expect(rulesOf(auditHtml('<a href=x><img alt="Dogs"><img alt=""><img alt="Cats"></a>'))).toEqual([]);
    expect(rulesOf(auditHtml('<a href=x><img alt="Dogs"><img alt=""> Dogs</a>'))).toEqual(['context-duplicate']);
  });

  it('reads the language of the words around', () => {
    const html = '<html lang=de><p lang="ru"><img alt="A red bicycle leans against a white wall."></p><img alt="Ein Zug im Schnee.">';
    expect(rulesOf(auditHtml(html))).toEqual(['other-script']);
  });
});
