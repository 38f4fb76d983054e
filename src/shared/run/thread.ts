import type { Run } from './run.ts'

/** A conversation along one path, root first, leaf last; beside each run the ids that can stand in its place, oldest first. */
export type Thread = { runs: Run[]; siblings: string[][] }
