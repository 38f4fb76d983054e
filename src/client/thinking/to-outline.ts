export type Kind = 'plan' | 'compute' | 'doubt' | 'check'
/** A paragraph of the thinking: what it does, and how much of the whole it is. */
export type Section = { kind: Kind | undefined; chars: number }

/** What the beginning of a paragraph says about it; the first that fits. */
const beginnings: [Kind, RegExp][] = [
  [
    'doubt',
    /^(?:wait|hmm+|hold on|no,|not quite|actually|but (?:wait|what|is|the)|oops|is that right|am i|maybe|perhaps|alternatively|等等|等一下|等下|不对|不是|慢着|嗯|咦|奇怪|哦|可是|但是|或者|也许|难道|会不会)/i,
  ],
  [
    'check',
    /^(?:let me (?:check|verify|double|re-?check|confirm|make sure)|let's (?:check|verify)|check|verif|double-check|to (?:check|verify|confirm)|plug(?:ging)? (?:it |this |that )?back|substitut\w* back|sanity|验证|检验|检查|验算|核对|代回|代入检验|再(?:检查|算|验)|确认一下)/i,
  ],
  [
    'plan',
    /^(?:okay|ok,|alright|so,? (?:i|we) need|first|let me (?:think|start|try|look|see|set|recall)|let's (?:start|try|think|see|set|look)|i(?:'ll| will| need| should| can)|we (?:need|want|should|can)|the (?:plan|question|problem|task)|my (?:plan|approach)|next|step|now|首先|先|第[一二三四五六七八九十\d]+步|接下来|然后|我们?(?:需要|要|可以|先)|题目|思路|想一想|现在|设)/i,
  ],
]
const doubtWithin = /(?:^|[\s,.，。])(?:wait|hmm|hold on|that(?:'s| is) not right|等等|不对|等一下)[,，.。!！\s]/i
const computes = /[=≈≤≥<>]|\d\s*[+\-×*/÷]\s*\d|\\(?:frac|sqrt|times|cdot|int|sum)|计算|解得|得到|等于/

function toKind(paragraph: string): Kind | undefined {
  const text = paragraph.replace(/^[\s>#*\-\d.)]+/, '')
  for (const [kind, beginning] of beginnings) if (beginning.test(text)) return kind
  if (doubtWithin.test(text)) return 'doubt'
  return computes.test(text) ? 'compute' : undefined
}

/** The thinking in sections: one per paragraph, by what its words say it does. */
export const toOutline = (paragraphs: readonly string[]): Section[] =>
  paragraphs.map((paragraph) => ({ kind: toKind(paragraph), chars: paragraph.length }))
