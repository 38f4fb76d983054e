import type { RunError } from '../../shared/run/run.ts'

/** How a run ends whose server stops or died. */
export const interrupted: RunError = {
  code: 'interrupted',
  message: 'The server stopped while this run was going on. What came so far is kept; ask again to go on.',
  retryable: true,
}
