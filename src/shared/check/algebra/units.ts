import { mapParts, multiply, number, power, divide, some, symbol, type Expression } from './expression.ts'
import type { Rational } from './rational.ts'

/** What one of each is in its base unit, as `top/bottom base`. Every name stands in the singular and in small letters. */
const table = `
m: m meter metre 米 公尺
1/100 m: cm centimeter centimetre 厘米 公分
1/1000 m: mm millimeter millimetre 毫米
1/10 m: dm decimeter decimetre 分米
1000 m: km kilometer kilometre 千米 公里
127/5000 m: inch in
381/1250 m: foot feet ft 英尺
1143/1250 m: yard yd
201168/125 m: mile mi 英里
s: s second sec 秒 秒钟
60 s: minute min 分钟
3600 s: hour hr h 小时 时
86400 s: day 天 日
604800 s: week wk 周 星期
1/1000 s: ms millisecond 毫秒
kg: kg kilogram kilo 千克 公斤
1/1000 kg: g gram 克
1/1000000 kg: mg milligram 毫克
1/2 kg: 斤
1000 kg: ton tonne 吨
45359237/100000000 kg: pound lb
45359237/1600000000 kg: ounce oz
dollar: dollar $ usd 美元 buck
1/100 dollar: cent ¢ penny pennie 美分
1/20 dollar: nickel
1/10 dollar: dime
yuan: yuan rmb ¥ 元 块
1/10 yuan: 角
1/100 yuan: 分
euro: euro € 欧元
poundsterling: £ 英镑
litre: l liter litre 升
1/1000 litre: ml milliliter millilitre 毫升 cc
gallon: gallon gal
1/4 gallon: quart qt
1/8 gallon: pint pt
1/16 gallon: cup
year: year yr 年
1/12 year: month 月 个月
N: n newton 牛 牛顿
J: j joule 焦 焦耳
1000 J: kj
W: w watt 瓦 瓦特
1000 W: kw
Pa: pa pascal 帕
V: v volt 伏 伏特
A: a amp ampere 安 安培
ohm: Ω ohm 欧 欧姆
Hz: hz hertz 赫兹
K: k kelvin
celsius: °c ℃ 摄氏度
mol: mol mole 摩尔
`

type Unit = { scale: Rational; base: string }
const units = new Map<string, Unit>()
for (const line of table.trim().split('\n')) {
  const [head = '', names = ''] = line.split(': ')
  const [, top = '1', bottom = '1', base = ''] = /^(?:(\d+)(?:\/(\d+))? )?(.+)$/.exec(head) ?? []
  for (const name of names.split(' ')) units.set(name, { scale: { n: BigInt(top), d: BigInt(bottom) }, base })
}

const bases = new Set([...units.values()].map(({ base }) => `unit:${base}`))

const multipliers = new Map<string, bigint>([
  ['dozen', 12n],
  ['hundred', 100n],
  ['thousand', 1_000n],
  ['million', 1_000_000n],
  ['billion', 1_000_000_000n],
  ['trillion', 1_000_000_000_000n],
  ['百', 100n],
  ['千', 1_000n],
  ['万', 10_000n],
  ['亿', 100_000_000n],
])

/** Words that say nothing of what is counted. */
const empty = new Set([
  '',
  'of',
  'the',
  'a',
  'an',
  'in',
  'total',
  'per',
  'each',
  'more',
  'unit',
  '个',
  '单位',
  '只',
  '名',
  '位',
  '件',
  '条',
  '本',
  '张',
])

export function toSingular(word: string): string {
  const small = word.toLowerCase()
  if (units.has(small) || multipliers.has(small)) return small
  if (/(?:ch|sh|x|ss)es$/.test(small)) return small.slice(0, -2)
  if (small.endsWith('ies')) return `${small.slice(0, -3)}y`
  return /[^s]s$/.test(small) && small.length > 2 ? small.slice(0, -1) : small
}

/** A word with its power, as `cm^2`, `square meters`, `平方米`. */
function toFactor(words: string): Expression | undefined {
  const match = /^(?:(square|sq\.?|平方)|(cubic|cu\.?|立方))?\s*(.*?)\s*(?:\^?\{?(-?[123])\}?|([²³]))?$/i.exec(
    words.trim(),
  )
  if (!match) return undefined
  const [, square, cubic, name = '', digits, raised] = match
  const exponent =
    digits !== undefined ? Number(digits) : square || raised === '²' ? 2 : cubic || raised === '³' ? 3 : 1
  const unit = toUnit(name)
  return exponent === 1 || unit === undefined ? unit : power(unit, number(exponent))
}

function toUnit(name: string): Expression | undefined {
  const words = name.split(/\s+/).map(toSingular)
  const factors: Expression[] = []
  const rest: string[] = []
  for (const word of words) {
    // Two halves are not two of something.
    if (/^(?:hal(?:f|ve)|thirds?|quarters?|.*-?fourths?|fifths?|tenths?)$/.test(word)) return undefined
    const many = multipliers.get(word)
    if (many !== undefined) factors.push(number(many))
    else if (!empty.has(word)) rest.push(word)
  }
  const known = units.get(rest.length === 1 ? (rest[0] ?? '') : rest.join(' '))
  if (known) factors.push(number(known.scale), symbol(`unit:${known.base}`))
  // What is counted is named last: green jelly beans are beans.
  else if (rest.length > 0) factors.push(symbol(`unit:${rest.at(-1)}`))
  return factors.length === 0 ? number(1) : multiply(...factors)
}

/** A unit in base units; words that are no unit of measure stand for themselves. */
export function toBaseUnits(name: string): Expression | undefined {
  const clean = name
    .replace(/[（）().,，。；;:：]/g, ' ')
    .replace(/\bmph\b/i, 'miles/hour')
    .replace(/每/g, '/')
  const parts = clean.split(/\s*(?:\/|\bper\b|\ban?\b(?=\s\w))\s*/i)
  const [first, ...below] = parts.map((part) =>
    part
      .split(/[·*×]/)
      .map(toFactor)
      .reduce((a, b) => (a && b ? multiply(a, b) : undefined)),
  )
  return below.reduce((top, bottom) => (top && bottom ? divide(top, bottom) : undefined), first)
}

const one = number(1)

/** Each unit in the base units of its kind, or undefined where one cannot be read. */
export function withUnits(of: Expression): Expression | undefined {
  let isKnown = true
  const change = (part: Expression): Expression => {
    if (part.kind !== 'unit') return mapParts(part, change)
    const unit = toBaseUnits(part.name)
    if (!unit) isKnown = false
    return unit ?? one
  }
  const result = change(of)
  return isKnown ? result : undefined
}

/** Only the numbers; words that say how many, as `dozen` and `万`, stay unless all are dropped. */
export function withoutUnits(of: Expression, areAllDropped = false): Expression {
  if (of.kind === 'multiply') {
    const numbers = of.parts.filter(
      (factor) => factor.kind !== 'unit' || (!areAllDropped && toMany(factor.name).length > 0),
    )
    return numbers.length === 0 ? one : multiply(...numbers.map((factor) => withoutUnits(factor, areAllDropped)))
  }
  const [top, bottom] = of.kind === 'divide' ? of.parts : []
  if (top && bottom?.kind === 'unit' && toMany(bottom.name).length === 0) return withoutUnits(top, areAllDropped)
  if (of.kind !== 'unit') return mapParts(of, (part) => withoutUnits(part, areAllDropped))
  if (areAllDropped) return one
  return multiply(one, ...toMany(of.name).map(number))
}

const toMany = (name: string) => name.split(/\s+/).flatMap((word) => multipliers.get(toSingular(word)) ?? [])

export const hasUnits = (of: Expression) => some(of, (part) => part.kind === 'unit')
/** Whether it is a base unit of measure, and not just a thing that is counted. */
export const isMeasure = (name: string) => bases.has(name)
export const isUnitSymbol = (name: string) => name.startsWith('unit:')
/** Whether all of the words are units of measure or number words, and none a thing that is counted or named. */
export const isKnownUnit = (name: string) =>
  name
    .split(/[\s/·*^]+|\bper\b|平方|立方|每/)
    .filter((word) => !/^(?:-?\d|square|cubic|)$/.test(word))
    .every((word) => units.has(toSingular(word)) || multipliers.has(toSingular(word)))
