/** On whose behalf something is stored, and from where it comes. */
export type Writer = {
  visitor: string
  address?: string
  isRelayed?: boolean
  /** Waits where others are told when to come again: it is in the middle of much. */
  isPatient?: boolean
}
