import { estimateTokens } from '../../shared/estimate-tokens.ts'

export type Step = { wait: number; text: string }

const unit = /\s*(?:\p{Script=Han}[，。：；、？！）”]?|[^\s\p{Script=Han}]{1,14})|\s+/gu
const tokensPerSecond = { least: 60, most: 90 }

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Cuts a text into one to four words (or Han characters) at a time, each with the milliseconds to wait before it. */
export function paceText(text: string, random: () => number): Step[] {
  const units = text.match(unit) ?? []
  const steps: Step[] = []
  let pause = 0
  for (let index = 0; index < units.length;) {
    const piece = units.slice(index, (index += 1 + Math.floor(random() * 4))).join('')
    const rate = tokensPerSecond.least + random() * (tokensPerSecond.most - tokensPerSecond.least)
    const isNewParagraph = /^\s*\n\n/.test(piece)
    steps.push({
      text: piece,
      wait: (estimateTokens(piece) / rate) * 1000 + pause + (isNewParagraph ? 60 + random() * 160 : 0),
    })
    pause = /[.?!。？！]$/.test(piece) ? 15 + random() * 45 : 0
  }
  return steps
}
