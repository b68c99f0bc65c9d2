// Model cards as HTML: the few forms that cards use, and nothing else of Markdown or HTML.
import { describe, expect, it } from 'vitest';
import { cardView } from '../../../../functions/handlers/pages/markdown.ts';

const shown = (...lines: string[]): string => String(cardView(lines.join('\n')));

describe('a card', () => {
  it('leaves its title to the page, and begins with headings of the third level', () => {
    expect(shown('# m2 1.0.0', '', 'Words.', '', '## Limits', '### More', '####### no heading')).toBe(
      '<p>Words.</p><h3>Limits</h3><h4>More</h4><p>####### no heading</p>',
    );
  });

  it('joins lines of a paragraph and of an item', () => {
    expect(shown('One', 'two.', '', '- first', '  goes on', '- second')).toBe(
      '<p>One two.</p><ul><li>first goes on</li><li>second</li></ul>',
    );
  });

  it('shows tables with their header, in a frame that moves where they are wide', () => {
    expect(shown('| `file` | bytes |', '| --- | ---: |', '| a.onnx | 12 |')).toBe(
      '<div class="scroll" role="group" aria-label="Table of file, bytes" tabindex="0"><table><thead><tr><th scope="col"><code>file</code></th><th scope="col">bytes</th></tr></thead><tbody><tr><td>a.onnx</td><td>12</td></tr></tbody></table></div>',
    );
  });

  it('shows code as code', () => {
    expect(shown('Run `npm test` now, not ` or.')).toBe('<p>Run <code>npm test</code> now, not ` or.</p>');
  });

  it('escapes everything else, links and HTML too', () => {
    expect(shown('<b>[a](javascript:alert(1))</b>')).toBe('<p>&lt;b&gt;[a](javascript:alert(1))&lt;/b&gt;</p>');
    expect(shown('- `<i>`')).toBe('<ul><li><code>&lt;i&gt;</code></li></ul>');
  });
});
