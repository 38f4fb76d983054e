import type { RunEventBody } from './run.ts'

export type EventType = RunEventBody['type']
export type DeltaType = Extract<RunEventBody, { text: string }>['type']

type Kind = {
  /** After it nothing more comes. */
  endsRun?: true
  /** A share without thinking leaves it out. */
  isThinking?: true
}

type DeltaKind = Kind & {
  /** Which text of a run it adds to, and which field says when that text began. */
  text: 'thinkingText' | 'answerText'
  startedAt: 'thinkingStartedAt' | 'answerStartedAt'
  /** What the run is doing from the first one on. The answer is never left again. */
  status: 'thinking' | 'answering'
  /** How its line in a timeline begins. */
  letter: string
}

/** What whoever reads events must know of each kind: a new kind is a row here, and its view. */
export const eventKinds = {
  start: {},
  'thinking-delta': {
    isThinking: true,
    text: 'thinkingText',
    startedAt: 'thinkingStartedAt',
    status: 'thinking',
    letter: 't',
  },
  'answer-delta': { text: 'answerText', startedAt: 'answerStartedAt', status: 'answering', letter: 'a' },
  usage: {},
  finish: { endsRun: true },
  error: { endsRun: true },
} as const satisfies Record<DeltaType, DeltaKind> & Record<Exclude<EventType, DeltaType>, Kind>

const kinds: Record<EventType, Kind> & Record<DeltaType, DeltaKind> = eventKinds

export const deltaTypes = ['thinking-delta', 'answer-delta'] as const satisfies DeltaType[]

export const isDelta = <T extends { type: EventType }>(event: T): event is T & { type: DeltaType; text: string } =>
  'text' in event

/** Said once, for the journal, the streams and the page alike. */
export const endsRun = ({ type }: { type: EventType }) => kinds[type].endsRun === true

export const isThinkingEvent = ({ type }: { type: EventType }) => kinds[type].isThinking === true

export const deltaKind = (type: DeltaType): DeltaKind => kinds[type]
