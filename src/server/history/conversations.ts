import type { Kysely } from 'kysely'
import { ProblemError } from '../../shared/problem.ts'
import type { Thread } from '../../shared/thread.ts'
import type { Tables } from '../database/tables.ts'
import type { Runs } from '../runs/runs.ts'
import { toPath } from './to-path.ts'

export type Conversations = ReturnType<typeof createConversations>

/** Runs seen as conversations: trees whose paths are read, whose roots are the history. */
export function createConversations(db: Kysely<Tables>, runs: Runs) {
  return {
    async readThread(id: string, visitor: string): Promise<Thread> {
      const nodes = await db
        .selectFrom('runs')
        .select(['id', 'parent', 'created_at'])
        .where('conversation', '=', ({ selectFrom }) =>
          selectFrom('runs').select('conversation').where('id', '=', id).where('visitor', '=', visitor),
        )
        .where('deleted_at', 'is', null)
        .execute()
      if (!nodes.some((node) => node.id === id)) {
        throw new ProblemError(404, 'not-found', 'There is no such run, or it belongs to somebody else.')
      }
      const { ids, siblings } = toPath(nodes, id)
      return { runs: await Promise.all(ids.map((each) => runs.read(each, visitor))), siblings }
    },
  }
}
