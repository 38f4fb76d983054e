/** What instances tell each other: an owner that committed, and that somewhere a stop was asked for. */
export type Topic = 'commit' | 'stop'

/** Words among all instances, this one too. They may be lost: whoever listens looks by himself as well, now and then. */
export type PubSub = {
  send: (topic: Topic, text: string) => void
  /** An empty text: some may have been missed. Returns how to leave off. */
  listen: (topic: Topic, hear: (text: string) => void) => () => void
  /** What is sent now would be heard here. */
  isOpen: () => boolean
}

/** Where instances share a file and nothing else. */
export const noPubSub: PubSub = { send: () => {}, listen: () => () => {}, isOpen: () => false }
