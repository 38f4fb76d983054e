import type { RunEventBody } from './run.ts'

/** Takes an event. Where it returns a promise, the next event may come only after that has settled. */
export type Emit = (event: RunEventBody) => void | Promise<void>

/** Emits a run's events and resolves after the last one. After an abort, whatever it still emits is ignored. */
export type Source = (signal: AbortSignal, emit: Emit) => Promise<void>
