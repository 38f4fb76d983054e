import { createWorker } from '../../workers.ts'

const idleMs = 20_000

/** One worker, made when first needed and let go when idle, so that its memory is given back. One task at a time. */
export function createWorkerQueue<Task, Reply>(name: Parameters<typeof createWorker>[0]) {
  let worker: Worker | undefined
  let idle: ReturnType<typeof setTimeout> | undefined
  let last: Promise<unknown> = Promise.resolve()

  function release() {
    worker?.terminate()
    worker = undefined
  }

  const run = (task: Task, transfer: Transferable[]) =>
    new Promise<Reply>((resolve, reject) => {
      clearTimeout(idle)
      worker ??= createWorker(name)
      worker.onmessage = (event: MessageEvent<Reply | { failed: string }>) => {
        idle = setTimeout(release, idleMs)
        const reply = event.data
        if (typeof reply === 'object' && reply !== null && 'failed' in reply) reject(new Error(reply.failed))
        else resolve(reply)
      }
      worker.onerror = (event) => {
        release()
        reject(new Error(event.message))
      }
      worker.postMessage(task, transfer)
    })

  return (task: Task, transfer: Transferable[] = []): Promise<Reply> => {
    const turn = last.then(() => run(task, transfer))
    last = turn.catch(() => {})
    return turn
  }
}
