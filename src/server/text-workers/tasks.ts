import { readArchiveLines } from '../take-along/archive-line.ts'

/** What is done with visitors' texts on threads of their own: from data to data, of nothing but their input. */
export const tasks = { readArchiveLines }
