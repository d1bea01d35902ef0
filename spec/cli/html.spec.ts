import { describe, expect, it } from 'vitest';
import { textOfHtml } from '../../src/cli/html.ts';
import { html } from '../../src/cli/cast.ts';

describe('textOfHtml', () => {
  it.each([
    ['nothing', '', ''],
    ['a paragraph', '<p>Hello</p>', 'Hello'],
    ['paragraphs', '<p>One</p><p>Two</p>', 'One\n\nTwo'],
    ['line breaks', '<p>One<br>Two<br/>Three<br />Four</p>', 'One\nTwo\nThree\nFour'],
    ['many line breaks', '<p>One<br><br><br><br>Two</p>', 'One\n\nTwo'],
    ['breaks at the ends', '<br><p></p><p>One</p><br>', 'One'],
    ['white space', '<p>One\n   two</p>\n\n<p> Three </p>', 'One two\n\nThree'],
    ['white space around tags', '<p>a <b> b</b> c</p>', 'a b c'],
    [
      'entities',
      '&lt;b&gt; &amp; &quot;x&quot; &#39;y&#39; &#x1F600; &nbsp;&hellip;',
      '<b> & "x" \'y\' 😀 …',
    ],
    ['entities of entities', '&amp;lt;b&amp;gt;', '&lt;b&gt;'],
    [
      'text that only resembles entities',
      '&foo; &; & &#; &#x110000; AT&T',
      '&foo; &; & &#; &#x110000; AT&T',
    ],
    ['a list', '<ul><li>one</li><li>two</li></ul>after', '• one\n• two\n\nafter'],
    [
      'a quote',
      'so:<blockquote><p>One</p><p>Two</p></blockquote>No',
      'so:\n\n> One\n\n> Two\n\nNo',
    ],
    ['code', '<pre>a\n  b</pre>', 'a\n  b'],
    ['an emoji as an image', 'a <img src="x" alt=":cat:"> b', 'a :cat: b'],
    ['scripts and styles', 'a<script>alert("<p>")</script>b<STYLE>p{}</STYLE>c', 'abc'],
    ['a script without an end', 'a<script>b', 'a'],
    ['comments', 'a<!-- > <p> -->b', 'ab'],
    ['a tag without an end', 'a <a href="', 'a <a href="'],
    ['a lone <', '1 < 2 <3 and > 1', '1 < 2 <3 and > 1'],
    ['end tags without start tags', '</p></blockquote></pre></a>a', 'a'],
  ])('renders %s', (_what, source, text) => {
    expect(textOfHtml(source)).toBe(text);
  });

  it.each([
    [
      'a URL that Mastodon has shortened',
      html('see https://plaza.example/notes/a-very-long-path?x=1 there').content,
      'see https://plaza.example/notes/a-very-long-path?x=1 there',
    ],
    ['a hashtag', html('on #rxjs now').content, 'on #rxjs now'],
    ['a mention', html('with @alice').content, 'with @alice'],
    [
      'a text that hides its link',
      '<a href="https://evil.example/?a=1&amp;b=2">your bank</a>.',
      'your bank (https://evil.example/?a=1&b=2).',
    ],
    [
      'a URL as the text of another link',
      '<a href="https://evil.example">https://good.example</a>',
      'https://good.example (https://evil.example)',
    ],
    [
      'a URL without its scheme',
      '<a href="https://good.example/">good.example</a>',
      'good.example',
    ],
    ['a link without a target', '<a>here</a>', 'here'],
  ])('shows the target of a link: %s', (_what, source, text) => {
    expect(textOfHtml(source)).toBe(text);
  });

  it('removes control sequences, whether written as entities or not', () => {
    const source =
      'a\u001b[31mred\u001b[0m &#27;[2J&#x1b;]0;title&#7; b\u009b1mc &#x202e;gnp.exe &#8; d\u0000\u007f';
    expect(textOfHtml(source)).toBe('ared  bc gnp.exe  d');
  });

  it('takes no longer than a moment for a megabyte of any text', () => {
    const fill = (text: string): string => text.repeat(Math.ceil(1_000_000 / text.length));
    const hostile = ['<', '<a', '<!--', '<br>a', '<style></style>', '&', '&#', '<a href="x">y', ' ']
      .map(fill)
      .concat(`<pre>${fill(' ')}x`, `\u001b${fill(';a')}`);
    for (const source of hostile) {
      const start = performance.now();
      textOfHtml(source);
      expect(performance.now() - start, source.slice(0, 20)).toBeLessThan(5_000);
    }
  });
});
