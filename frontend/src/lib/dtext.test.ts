import { describe, expect, it } from 'vitest';
import { type Block, type Inline, type Item, parseDText } from './dtext';
import { safeHref } from './dtextLinks';

/** A tree written short: blocks as (kind …), inlines as <kind …>. */
const inline = (part: Inline): string => {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'break':
      return '¶';
    case 'mark':
      return `<${part.mark} ${inlines(part.children)}>`;
    case 'code':
      return `<code ${part.text}>`;
    case 'tag':
      return `<tag ${part.name}=${part.title}>`;
    case 'search':
      return `<search ${part.query}>`;
    case 'link':
      return `<link ${part.href} ${inlines(part.children)}>`;
    case 'post':
      return `<post ${part.id}>`;
  }
};
const inlines = (parts: Inline[]): string => parts.map(inline).join('');
const item = ({ children, items }: Item): string =>
  `• ${inlines(children)}${items.length > 0 ? `(${items.map(item).join('')})` : ''}`;
const block = (part: Block): string => {
  switch (part.kind) {
    case 'paragraph':
      return `(p ${inlines(part.children)})`;
    case 'heading':
      return `(h${part.level} ${inlines(part.children)})`;
    case 'list':
      return `(list ${part.items.map(item).join('')})`;
    case 'code':
      return `(code ${part.text})`;
    case 'rule':
      return '(rule)';
    case 'table':
      return `(table ${part.rows.map((row) => row.map((cell) => `${cell.head ? '!' : '|'}${inlines(cell.children)}`).join('')).join(' / ')})`;
    case 'expand':
      return `(expand ${part.title}: ${part.children.map(block).join('')})`;
    default:
      return `(${part.kind} ${part.children.map(block).join('')})`;
  }
};
const short = (source: string): string => parseDText(source).map(block).join('');

describe('DText', () => {
  it.each([
    ['plain', '(p plain)'],
    ['one\ntwo', '(p one¶two)'],
    ['one\r\n\r\ntwo', '(p one)(p two)'],
    ['one\n  \n\n\ntwo\n', '(p one)(p two)'],
    ['[b]bold [i]both[/i][/b] not', '(p <b bold <i both>> not)'],
    ['[B]loud[/B] <u>under</u> [s]gone[/s] [tn]small[/tn]', '(p <b loud> <u under> <s gone> <tn small>)'],
    ['a [spoiler]secret[/spoiler] b', '(p a <spoiler secret> b)'],
    ['a [spoilers]secret[/spoilers]', '(p a <spoiler secret>)'],
    ['[spoiler]\nsecret\n[/spoiler]', '(spoiler (p secret))'],
    ['see [code][b]x[/b][/code]', '(p see <code [b]x[/b]>)'],
    ['[code]\nx = 1\n\ny\n[/code]', '(code x = 1\n\ny)'],
    ['[nodtext][b]x[/b][/nodtext]', '(p [b]x[/b])'],
    ['one[br]two', '(p one¶two)'],
    ['one\n[hr]\ntwo', '(p one)(rule)(p two)'],
    ['[quote]\nsaid\n\nmore\n[/quote]\nafter', '(quote (p said)(p more))(p after)'],
    ['before [quote]h4. said[/quote]', '(p before)(quote (h4 said))'],
    ['[quote]a[quote]b[/quote]c[/quote]', '(quote (p a)(quote (p b))(p c))'],
    ['[expand]\n* a\n[/expand]', '(expand : (list • a))'],
    ['[expand=More [b]]x[/expand]', '(p [expand=More [b]]x[/expand])'],
    ['[expand=More of it]x[/expand]', '(expand More of it: (p x))'],
    ['h1. Top\nh4#see-also. See [[also]]\nend', '(h1 Top)(h4 See <tag also=also>)(p end)'],
    ['* a\n** b\n** c\n* d', '(list • a(• b• c)• d)'],
    ['*** deep first\n* then', '(list • deep first• then)'],
    ['* a\n\n* b', '(list • a)(list • b)'],
    ['*not a list*', '(p *not a list*)'],
    ['text\n* a', '(p text)(list • a)'],
    [
      '[table][thead][tr][th]Name[/th][th]N[/th][/tr][/thead][tbody][tr][td][b]a[/b][/td][td]1[/td][/tr][/tbody][/table]',
      '(table !Name!N / |<b a>|1)',
    ],
    ['[[Long Hair]] [[fate/grand_order|FGO]]', '(p <tag long_hair=Long Hair> <tag fate/grand_order=FGO>)'],
    ['[[saber (fate)|]] [[what?]]', '(p <tag saber_(fate)=saber> <tag what?=what?>)'],
    ['[[Skirt#See-also]] [[:/]] [[\\m/]]', '(p <tag skirt=Skirt> <tag :/=:/> <tag \\m/=\\m/>)'],
    ['{{1girl -solo}}', '(p <search 1girl -solo>)'],
    ['"here":https://example.com/a?b=c.', '(p <link https://example.com/a?b=c. here>)'],
    ['"here":[https://example.com/a_(b)] on', '(p <link https://example.com/a_(b) here> on)'],
    ['[here](https://example.com/a)', '(p <link https://example.com/a here>)'],
    ['see https://example.com/a, then', '(p see <link https://example.com/a https://example.com/a>, then)'],
    ['post #123 and blogpost #4', '(p <post 123> and blogpost #4)'],
  ])('%j', (source, expected) => {
    expect(short(source)).toBe(expected);
  });

  it.each([
    ['[b]never closed', '(p [b]never closed)'],
    ['[quote]never closed', '(p [quote]never closed)'],
    ['closed[/b] never opened', '(p closed[/b] never opened)'],
    ['[b][i]crossed[/b][/i]', '(p <b [i]crossed>[/i])'],
    ['[unknown]x[/unknown] [[]] {{}} [[|x]]', '(p [unknown]x[/unknown] [[]] {{}} [[|x]])'],
    ['<script>alert(1)</script>', '(p <script>alert(1)</script>)'],
    ['"bad":[javascript:alert(1)]', '(p "bad":[javascript:alert(1)])'],
    ['"bad":javascript:alert(1)', '(p "bad":javascript:alert(1))'],
    ['"near":/posts/1', '(p "near":/posts/1)'],
  ])('leaves what it does not know as text: %j', (source, expected) => {
    expect(short(source)).toBe(expected);
  });

  it('follows addresses of the web only', () => {
    expect(safeHref('HTTPS://example.com')).toBe('https://example.com/');
    for (const href of ['javascript:alert(1)', 'data:text/html,x', '//example.com', 'http://', 'ftp://a.b'])
      expect(safeHref(href), href).toBeNull();
  });

  it('never throws and never follows anything else, whatever is written', () => {
    const parts = [
      ...[
        '[b]',
        '[/b]',
        '<i>',
        '</i>',
        '[quote]',
        '[/quote]',
        '[expand=x]',
        '[/expand]',
        '[table]',
        '[/table]',
      ],
      ...['[tr]', '[/tr]', '[td]', '[/td]', '[code]', '[/code]', '[spoiler]', '[/spoiler]', '[hr]', '[br]'],
      ...[
        '[[',
        ']]',
        '|',
        '{{',
        '}}',
        '"',
        '":',
        '[',
        ']',
        '<',
        '>',
        '(',
        ')',
        'http://',
        'javascript:',
        'post #1',
      ],
      ...['\n', '\n\n', '\r\n', '* ', '** ', 'h4. ', 'h1#a.', ' ', 'a', '#a', '\\', '\u0000', '💩', '\ud800'],
    ];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    for (let round = 0; round < 3000; round += 1) {
      const source = Array.from({ length: random(40) }, () => parts[random(parts.length)]).join('');
      const tree = JSON.stringify(parseDText(source));
      for (const [, href = ''] of tree.matchAll(/"href":"([^"]*)/g)) expect(href).toMatch(/^https?:\/\//);
    }
  });

  it.each([
    '[quote]',
    '[quote]a[/quote]',
    '[b][i]',
    '[/b][b]',
    '[expand=',
    '[[',
    '"',
    '"a":',
    'http://',
    'http://.',
    '* a\n',
    '{{',
    '[table][tr][td]',
    '\n ',
  ])('reads a page full of %j in no time', (part) => {
    const source = part.repeat(80_000 / part.length);
    const since = performance.now();
    parseDText(source);
    parseDText(`${source}[/quote][/b]`);
    expect(performance.now() - since).toBeLessThan(1500);
  });

  it('stops nesting where nobody reads on', () => {
    const source = `${'[quote]'.repeat(2000)}x${'[/quote]'.repeat(2000)}`;
    const depth = (blocks: Block[]): number =>
      blocks.reduce(
        (most, part) =>
          Math.max(most, 'children' in part && part.kind === 'quote' ? 1 + depth(part.children) : 0),
        0,
      );
    expect(depth(parseDText(source))).toBeLessThan(20);
  });
});
