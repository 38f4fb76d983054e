import type { Messages } from '../../shared/messages/en.ts'

/** What the renderer says to people, in the reader's language. */
export type Labels = Messages['markdown']
