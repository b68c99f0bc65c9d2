// Where a link leads, in words: only as far as its address says so to people.
import { describe, expect, it } from 'vitest';
import { destinationOf } from '../../../../functions/core/text/destination.ts';

describe('an address that people can understand', () => {
  it.each([
    ['about-us', 'About us'],
    ['../about-us/', 'About us'],
    ['HTTPS://WWW.Example.ORG/Shop/Summer-Sale.html#', 'Summer Sale'],
    ['/products/trail_runner+red', 'Trail runner red'],
    ['/contact%2Dus', 'Contact us'],
    ['/blog/index.php', 'Blog'],
    ['/2025/annual-report.PDF', 'Annual report (PDF)'],
    ['/日本語', '日本語'],
    ['/FAQ', 'FAQ'],
    ['?page=2#opening-hours', 'Opening hours'],
    ['mailto:a%20b@c.d?subject=x', 'E-mail a b@c.d'],
    ['tel:+123', 'Call +123'],
  ])('%s leads to "%s"', (href, words) => {
    expect(destinationOf(href)).toEqual({ kind: 'words', words });
  });
});

describe('an address that is no name', () => {
  it.each([
    '',
    ' ',
    '//',
    'https://',
    'http://[::1',
    'mailto:',
    'tel:',
    'data:text/html,x',
    'javascript:go()',
    'ftp://a.b/c',
    '?q=1',
    '#',
    '#x7',
    '/shop/12',
    '/2025',
    '/x.pdf',
    '/p/bcdfg',
    '/photos/IMG_2041',
  ])('says nothing: "%s"', (href) => {
    expect(destinationOf(href)).toBeUndefined();
  });

  it('says nothing when it is a sentence', () => {
    expect(destinationOf(`/${'how-to-get-here-'.repeat(3)}fast`)).toBeUndefined();
  });
});

describe('the top of a site', () => {
  it.each(['/', '/index', '/Default.aspx', '/en', '/pt-br/', './'])('is home: %s', (href) => {
    expect(destinationOf(href)).toEqual({ kind: 'home' });
  });

  it('has a name when it is another site', () => {
    expect(destinationOf('https://www.example.org')).toEqual({ kind: 'home', site: 'example.org' });
  });
});

describe('a picture file', () => {
  it.each(['/a/IMG_1.JPG', 'x.webp?w=1'])('is a picture: %s', (href) => {
    expect(destinationOf(href)).toEqual({ kind: 'picture' });
  });
});
