import type { RunEventBody } from '../../shared/run/run.ts'
import { closerOf, closers, findTag, maxTagChars, openers, partialLength } from './think-tags.ts'

/**
 * What text without an opening tag is likely to be: of a model that always thinks it is thinking, of one that was asked
 * to it may be either, otherwise it is the answer.
 */
export type Expectation = 'thinking' | 'either' | 'answer'

/** How much text waits for a lone closing tag before it is decided without one. */
const maxHeldChars: Record<Expectation, number> = { thinking: 16_000, either: 16_000, answer: 2_000 }

/** How models begin to talk to themselves. */
const selfTalk =
  /^(?:ok(?:ay)?\b|alright\b|hmm|got it\b|wait\b|so,? |let(?: me|['’]s) (?:think|see|look|analy|start|work|figure|try|tackle)|first,? (?:i|let)\b|i (?:need|should|have) to\b|we need to\b|the (?:user|question|problem|image|picture)\b|\W{0,3}(?:thinking|thought|analysis)\b|嗯|唔|好的?[，,、]|首先[，,]?我|我(?:们)?(?:需要|现在|来)|让我|用户|这道题|题目)/i

const anyTag = [...openers, ...closers]

const delta = (type: 'thinking-delta' | 'answer-delta', text: string): RunEventBody[] =>
  text === '' ? [] : [{ type, text }]

/** Parts thinking from answer by the tags that models write around it, whole or with the opening one missing. */
export function createSplitThinking(expectation: Expectation) {
  let state: 'undecided' | 'thinking' | 'answer' = 'undecided'
  let held = ''
  /** As far as this there is no tag in what is held. */
  let searched = 0
  /** What may end the thinking that goes on. */
  let ends = closers
  /** A block was there, so that later opening tags begin another one. */
  let hasBlocks = false
  /** The answer speaks of tags. */
  let isAboutTags = false
  /** Thinking comes in a field of its own, so that text without an opening tag is answer. */
  let isSeparate = false
  let isUnopened = false
  /** Taken for thinking on suspicion. Where no closing tag ever comes it was the answer. */
  let suspected: string | undefined
  let hasAnswer = false
  let trims = false

  function answer(text: string): RunEventBody[] {
    const shown = trims ? text.trimStart() : text
    trims &&= shown === ''
    hasAnswer ||= shown !== ''
    return delta('answer-delta', shown)
  }

  function thinking(text: string): RunEventBody[] {
    if (suspected !== undefined) suspected += text
    return delta('thinking-delta', text)
  }

  /** Of what is held, all but the last `keep` characters. */
  function release(keep: number): string {
    const text = held.slice(0, held.length - keep)
    held = held.slice(held.length - keep)
    searched = 0
    return text
  }

  /** Text and the tag behind it. */
  function cut(tag: { at: number; end: number }): string {
    const text = held.slice(0, tag.at)
    held = held.slice(tag.end)
    searched = 0
    return text
  }

  function open(opener: string) {
    state = 'thinking'
    hasBlocks = true
    ends = closerOf(opener)
  }

  function closeBlock() {
    state = 'answer'
    hasBlocks = true
    suspected = undefined
    trims = true
  }

  function readUndecided(): RunEventBody[] | undefined {
    const start = held.trimStart()
    if (start === '') return undefined
    const opener = findTag(start.slice(0, maxTagChars), openers)
    if (opener?.at === 0) {
      held = start.slice(opener.end)
      searched = 0
      open(opener.text)
      return []
    }
    if (partialLength(start, openers) === start.length) return undefined
    const tag = findTag(held, anyTag, searched)
    if (tag && closerOf(tag.text).length > 0) return decide('answer')
    if (tag) {
      isUnopened = true
      const text = cut(tag)
      closeBlock()
      return delta('thinking-delta', text.trim() === '' ? '' : text)
    }
    searched = Math.max(0, held.length - maxTagChars)
    if (isSeparate) return partialLength(start, closers) === start.length ? undefined : decide('answer')
    return held.length < maxHeldChars[expectation] ? undefined : decide()
  }

  function decide(as = expectation): RunEventBody[] {
    const isThinking = as === 'thinking' || (as === 'either' && selfTalk.test(held.trimStart()))
    state = isThinking ? 'thinking' : 'answer'
    if (isThinking) {
      suspected = ''
      ends = closers
    }
    return []
  }

  function readThinking(): RunEventBody[] | undefined {
    const closer = findTag(held, ends)
    if (!closer) {
      const text = release(partialLength(held, ends))
      return text === '' ? undefined : thinking(text)
    }
    isUnopened ||= suspected !== undefined
    const events = thinking(cut(closer))
    closeBlock()
    return events
  }

  function readAnswer(): RunEventBody[] | undefined {
    const tag = findTag(held, anyTag)
    if (!tag) {
      const text = release(partialLength(held, anyTag))
      return text === '' ? undefined : answer(text)
    }
    const isOpener = closerOf(tag.text).length > 0
    isAboutTags ||= isOpener && !hasBlocks
    if (isAboutTags) return answer(cut({ at: tag.end, end: tag.end }))
    const events = answer(cut(tag))
    if (isOpener) open(tag.text)
    else isUnopened ||= !isSeparate
    return events
  }

  const readers = { undecided: readUndecided, thinking: readThinking, answer: readAnswer }

  function read(): RunEventBody[] {
    const events: RunEventBody[] = []
    while (held !== '') {
      const more = readers[state]()
      if (!more) break
      events.push(...more)
    }
    return events
  }

  return {
    push(text: string): RunEventBody[] {
      if (state === 'answer' && held === '' && !/[<◁[]/.test(text)) return answer(text)
      held += text
      return read()
    },
    /** From now on thinking comes in a field of its own. */
    separate(): RunEventBody[] {
      if (isSeparate) return []
      isSeparate = true
      if (suspected !== undefined) state = 'answer'
      return read()
    },
    /** Text waits for a tag that may never come. */
    isHolding: () => state === 'undecided' && held.trim() !== '',
    /** Decides without the tag. */
    decide(): RunEventBody[] {
      if (state !== 'undecided' || held.trim() === '') return []
      return [...decide(), ...read()]
    },
    /** All that is held back, behind the last piece. `isComplete`: the model says that it is done. */
    end(isComplete: boolean): RunEventBody[] {
      const events: RunEventBody[] = []
      if (state === 'undecided') events.push(...decide(isComplete || isSeparate ? 'answer' : expectation), ...read())
      const rest = release(0)
      events.push(...(state === 'thinking' ? thinking(rest) : answer(rest)))
      if (isComplete && suspected !== undefined && !hasAnswer) events.push(...answer(suspected))
      return events
    },
    /** A closing tag came whose opening one never did: the model's next text without one is thinking as well. */
    isUnopened: () => isUnopened,
  }
}
