import { tests } from 'commonmark-spec'
import { toHtml } from 'hast-util-to-html'
import type { Root } from 'mdast'
import { toHast } from 'mdast-util-to-hast'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
import { remarkAnswer } from '../../shared/markdown/remark-answer.ts'

const processor = unified().use(remarkParse).use(remarkAnswer).freeze()

function render(markdown: string): string {
  const tree = processor.runSync(processor.parse(markdown)) as Root
  return toHtml(
    toHast(tree, { handlers: { formula: () => ({ type: 'element', tagName: 'math', properties: {}, children: [] }) } }),
  )
}

/** Without what does not differ for a reader: spaces between blocks, paragraphs in list items, spellings of an entity. */
const normalise = (html: string) =>
  html
    .replace(/<p>|<\/p>| class="md-parentheses"/g, '')
    .replace(/\s*(<\/?(?:li|ul|ol|blockquote|pre|h[1-6]|hr|table|thead|tbody|tr|t[hd])\b[^>]*>)\s*/g, '$1')
    .replace(/<(br|hr|img[^>]*?)\s*\/>/g, '<$1>')
    .replace(/&quot;|&#x22;/g, '"')
    .replace(/&gt;|&#x3E;/g, '>')
    .replace(/&#x3C;|&lt;/g, '<')
    .replace(/&#x26;|&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()

/** The examples of the specification that are shown otherwise, by the reason. */
const exceptions = {
  'underlined headings would change the looks of text already shown: they are off': [
    59, 80, 81, 82, 83, 84, 86, 89, 90, 91, 95, 96, 102, 103, 115, 141, 215, 300,
  ],
  'HTML is text, never markup': [
    21, 31, 148, 149, 150, 151, 155, 156, 158, 159, 160, 161, 162, 163, 164, 165, 166, 169, 171, 177, 178, 182, 186,
    189, 190, 191, 344, 475, 476, 477, 524, 536, 630, 631, 642, 643,
  ],
  'tags that only place what they hold are left out, those for bold and the like mean it': [
    152, 153, 154, 174, 175, 184, 185, 188,
  ],
  'addresses are links without angle brackets, as in GFM': [602, 606, 608, 611, 612],
  '<br> is a line break': [14],
  'a lone star between letters or digits is a product': [355, 356, 370, 429],
  'escaped brackets are the delimiters of formulas': [12],
}

test('the examples of CommonMark are shown as specified, but for the listed exceptions', () => {
  const failed = tests
    .filter(({ markdown, html }) => {
      const [source, expected] = [markdown, html].map((text) => text.replaceAll('→', '\t')) as [string, string]
      return normalise(render(source)) !== normalise(expected)
    })
    .map(({ number }) => number)
  expect(failed).toEqual(
    Object.values(exceptions)
      .flat()
      .sort((a, b) => a - b),
  )
})

test.each([
  [
    '| foo | bar |\n| --- | --- |\n| baz | bim |',
    '<table><thead><tr><th>foo</th><th>bar</th></tr></thead><tbody><tr><td>baz</td><td>bim</td></tr></tbody></table>',
  ],
  [
    '| abc | defghi |\n:-: | -----------:\nbar | baz',
    '<table><thead><tr><th align="center">abc</th><th align="right">defghi</th></tr></thead><tbody><tr><td align="center">bar</td><td align="right">baz</td></tr></tbody></table>',
  ],
  [
    '| f\\|oo  |\n| ------ |\n| b `\\|` az |',
    '<table><thead><tr><th>f|oo</th></tr></thead><tbody><tr><td>b <code>|</code> az</td></tr></tbody></table>',
  ],
  ['| abc | def |\n| --- |\n| bar |', '| abc | def | | --- | | bar |'],
  [
    '- [ ] foo\n- [x] bar',
    '<ul class="contains-task-list"><li class="task-list-item"><input type="checkbox" disabled> foo</li><li class="task-list-item"><input type="checkbox" checked disabled> bar</li></ul>',
  ],
  ['~~Hi~~ Hello', '<del>Hi</del> Hello'],
  ['This ~~has a\n\nnew paragraph~~.', 'This ~~has a new paragraph~~.'],
  ['about ~5 and ~6', 'about ~5 and ~6'],
  ['www.commonmark.org', '<a href="http://www.commonmark.org">www.commonmark.org</a>'],
  ['Visit www.commonmark.org/a.b.', 'Visit <a href="http://www.commonmark.org/a.b">www.commonmark.org/a.b</a>.'],
  [
    'www.google.com/search?q=(business))+ok',
    '<a href="http://www.google.com/search?q=(business))+ok">www.google.com/search?q=(business))+ok</a>',
  ],
  [
    '(see https://encrypted.google.com/search?q=(business))',
    '(see <a href="https://encrypted.google.com/search?q=(business)">https://encrypted.google.com/search?q=(business)</a>)',
  ],
  ['foo@bar.baz', '<a href="mailto:foo@bar.baz">foo@bar.baz</a>'],
  ["hello+xyz@mail.example isn't", '<a href="mailto:hello+xyz@mail.example">hello+xyz@mail.example</a> isn\'t'],
  ['a.b-c_d@a.b.', '<a href="mailto:a.b-c_d@a.b">a.b-c_d@a.b</a>.'],
  ['见https://a.example/b，再说', '见<a href="https://a.example/b">https://a.example/b</a>，再说'],
])('GFM: %j', (markdown, html) => {
  expect(normalise(render(markdown))).toBe(html)
})
