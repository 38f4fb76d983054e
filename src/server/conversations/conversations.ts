import type { Kysely } from 'kysely'
import type { ConversationChange, HistoryEntry } from '../../shared/history.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Thread } from '../../shared/run/thread.ts'
import type { Tables } from '../database/tables.ts'
import type { Runs } from '../runs/runs.ts'
import { createList } from './conversation-list.ts'
import { toPath } from './to-path.ts'

export type Conversations = ReturnType<typeof createConversations>

const notThere = () => new ProblemError(404, 'not-found', 'There is no such run, or it belongs to somebody else.')

/** Runs seen as conversations: trees whose paths are read, whose roots are the history. */
export function createConversations(db: Kysely<Tables>, runs: Runs) {
  const { list, toEntry } = createList(db, runs)

  async function readNodes(id: string, visitor: string) {
    const nodes = await db
      .selectFrom('runs')
      .select(['id', 'parent', 'created_at', 'conversation'])
      .where('conversation', '=', ({ selectFrom }) =>
        selectFrom('runs').select('conversation').where('id', '=', id).where('visitor', '=', visitor),
      )
      .where('deleted_at', 'is', null)
      .execute()
    const node = nodes.find((each) => each.id === id)
    if (!node) throw notThere()
    return { nodes, conversation: node.conversation }
  }

  return {
    list,

    async readThread(id: string, visitor: string): Promise<Thread> {
      const { nodes } = await readNodes(id, visitor)
      const { ids, siblings } = toPath(nodes, id)
      return { runs: await Promise.all(ids.map((each) => runs.read(each, visitor))), siblings }
    },

    /** Names or pins the conversation of the run. */
    async change(id: string, visitor: string, change: ConversationChange): Promise<HistoryEntry> {
      const { conversation } = await readNodes(id, visitor)
      const set = {
        ...(change.title !== undefined && { title: change.title }),
        ...(change.isPinned !== undefined && { pinned_at: change.isPinned ? Date.now() : null }),
      }
      await db
        .insertInto('conversation_marks')
        .values({ title: null, pinned_at: null, ...set, conversation, visitor })
        .onConflict((conflict) => conflict.column('conversation').doUpdateSet({ visitor, ...set }))
        .execute()
      const entry = await toEntry(conversation, visitor)
      if (!entry) throw notThere()
      return entry
    },
  }
}
