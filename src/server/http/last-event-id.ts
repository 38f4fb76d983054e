import { ProblemError } from '../../shared/problem.ts'

/** The numbers of `after` and `Last-Event-ID`: a whole number or a 400. */
export function parseLastEventId(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  if (!/^\d{1,12}$/.test(text))
    throw new ProblemError(400, 'bad-request', 'after must be the number of an event, 0 for all.')
  return Number(text)
}
