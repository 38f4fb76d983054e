import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { ProblemError } from '../../shared/problem.ts'
import type { Job, TaskName, TextWork } from './text-work.ts'
import { TextWorkLimit } from './text-work.ts'
import type { Call, Reply } from './text-worker.ts'

/** A text that is longer is large: large ones never take all threads, and of one owner one at a time is worked on. */
const smallChars = 100_000
/** A thread that has worked on so much gives its memory back. */
const heavyChars = 1_000_000
const maxWaiting = 200
const maxWaitingOfOwner = 24
const maxWaitMs = 20_000
const maxHeapMb = 96
const maxStartMs = 20_000

type Waiting = {
  call: Call
  transfer: ArrayBuffer[]
  job: Required<Job>
  resolve: (output: unknown) => void
  reject: (error: Error) => void
  timer: NodeJS.Timeout
}
/** `isReady`: the thread has started and is warm, so that only its work counts. */
type Place = { worker: Worker | undefined; isReady: boolean; current: Waiting | undefined; isForSmall: boolean }
type WarmUp = { name: TaskName; input: unknown }
/** No work has this id: it is of the call that warms a thread up. */
const warmUpId = 0

const isSmall = ({ job }: Waiting) => job.chars <= smallChars

/**
 * Threads that work on visitors' texts, so that no text holds up anybody but its owner. One thread is kept for small
 * texts. Work that outlasts its time limit, or needs too much memory, ends with its thread and rejects with a
 * TextWorkLimit. With `warmUp`, a thread does that before its first work, and the time limit begins behind it.
 */
export function createWorkerPool(
  file: URL,
  {
    threads = Math.max(2, Math.min(4, availableParallelism() - 1)),
    limitMs = 10_000,
    warmUp,
  }: { threads?: number; limitMs?: number; warmUp?: WarmUp } = {},
): TextWork & { close: () => Promise<void> } {
  const places = Array.from({ length: threads }, (_, at): Place => ({
    worker: undefined,
    isReady: false,
    current: undefined,
    isForSmall: at === 0,
  }))
  let queue: Waiting[] = []
  let lastId = 0
  let isClosed = false

  function start(place: Place): Worker {
    const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } })
    worker.unref()
    worker.on('message', (reply: Reply) => {
      if (reply.id === warmUpId) ready(place, worker)
      else if (reply.id === place.current?.call.id) settle(place, reply)
    })
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      lose(place, worker, isMemory ? new TextWorkLimit('memory') : error)
    })
    worker.on('exit', () => lose(place, worker, new TextWorkLimit('memory')))
    place.worker = worker
    place.isReady = warmUp === undefined
    if (warmUp) worker.postMessage({ id: warmUpId, ...warmUp } satisfies Call)
    return worker
  }

  function ready(place: Place, worker: Worker) {
    if (place.worker !== worker) return
    place.isReady = true
    if (place.current) limitTime(place, worker, place.current)
  }

  function limitTime(place: Place, worker: Worker, waiting: Waiting) {
    clearTimeout(waiting.timer)
    const ms = place.isReady ? waiting.job.limitMs : maxStartMs
    waiting.timer = setTimeout(() => lose(place, worker, new TextWorkLimit('time')), ms)
  }

  /** What a thread was at work on ends with it; the next work gets a new one. */
  function lose(place: Place, worker: Worker, error: Error) {
    if (place.worker !== worker) return
    place.worker = undefined
    const { current } = place
    place.current = undefined
    void worker.terminate()
    if (current) {
      clearTimeout(current.timer)
      current.reject(error)
    }
    next()
  }

  function settle(place: Place, reply: Reply) {
    const { current, worker } = place
    if (!current || !worker) return
    clearTimeout(current.timer)
    place.current = undefined
    worker.unref()
    if (current.job.chars > heavyChars) {
      place.worker = undefined
      void worker.terminate()
    }
    if ('problem' in reply) {
      const { status, code, message } = reply.problem
      current.reject(new ProblemError(status, code, message))
    } else if ('limit' in reply) current.reject(new TextWorkLimit(reply.limit))
    else if ('error' in reply) current.reject(new Error(reply.error))
    else current.resolve(reply.output)
    next()
  }

  function begin(place: Place, waiting: Waiting) {
    clearTimeout(waiting.timer)
    queue = queue.filter((other) => other !== waiting)
    place.current = waiting
    const worker = place.worker ?? start(place)
    // A process that waits for this must not end.
    worker.ref()
    limitTime(place, worker, waiting)
    worker.postMessage(waiting.call, waiting.transfer)
  }

  /** Small ones first; in the order they came. */
  function next() {
    for (const place of places) {
      if (place.current || isClosed) continue
      const busy = new Set(places.flatMap(({ current }) => (current && !isSmall(current) ? [current.job.owner] : [])))
      const small = queue.find(isSmall)
      const large = place.isForSmall ? undefined : queue.find((each) => !isSmall(each) && !busy.has(each.job.owner))
      const chosen = small ?? large
      if (chosen) begin(place, chosen)
    }
  }

  return {
    run(name, input, { limitMs: jobMs = limitMs, ...job }, transfer = []) {
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('The threads are closed.'))
        const ofOwner = queue.filter((each) => each.job.owner === job.owner).length
        if (queue.length >= maxWaiting || ofOwner >= maxWaitingOfOwner) return reject(new TextWorkLimit('busy'))
        lastId += 1
        const waiting: Waiting = {
          call: { id: lastId, name: name as TaskName, input },
          transfer,
          job: { ...job, limitMs: jobMs },
          resolve: resolve as (output: unknown) => void,
          reject,
          timer: setTimeout(() => {
            queue = queue.filter((other) => other !== waiting)
            reject(new TextWorkLimit('busy'))
          }, maxWaitMs),
        }
        queue.push(waiting)
        next()
      })
    },
    async close() {
      isClosed = true
      for (const { reject, timer } of queue.splice(0)) {
        clearTimeout(timer)
        reject(new Error('The threads are closed.'))
      }
      await Promise.all(places.map(async ({ worker }) => await worker?.terminate()))
    },
  }
}
