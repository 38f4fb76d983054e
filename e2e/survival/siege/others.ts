import { fork } from 'node:child_process'
import { startBystander, type Report } from './bystander.ts'
import type { Others } from './run-attack.ts'

export type ToOthers = { type: 'start'; url: string; seed: number } | { type: 'mourn' } | { type: 'end'; url: string }
export type FromOthers = { type: 'upstream'; url: string } | { type: 'started' } | { type: 'report'; report: Report }

/** In a process of its own, started by `tool`, together with a model service. */
export async function forkOthers(tool: string): Promise<Others & { modelUrl: string; close: () => void }> {
  const child = fork(tool, ['--others'])
  child.on('exit', (code) => {
    if (code !== 0) throw new Error(`the other visitors ended with ${code}`)
  })
  const send = (message: ToOthers) => void child.send(message)
  const hear = <Type extends FromOthers['type']>(type: Type) =>
    new Promise<Extract<FromOthers, { type: Type }>>((resolve) => {
      const take = (message: unknown) => {
        const heard = message as FromOthers
        if (heard.type !== type) return
        child.off('message', take)
        resolve(heard as Extract<FromOthers, { type: Type }>)
      }
      child.on('message', take)
    })
  const { url: modelUrl } = await hear('upstream')
  return {
    modelUrl,
    async start(url, seed) {
      send({ type: 'start', url, seed })
      await hear('started')
    },
    mourn: () => send({ type: 'mourn' }),
    async end(url) {
      send({ type: 'end', url })
      return (await hear('report')).report
    },
    close: () => child.disconnect(),
  }
}

/** In this process. */
export function createOthers(): Others {
  let bystander: Awaited<ReturnType<typeof startBystander>> | undefined
  return {
    async start(url, seed) {
      bystander = await startBystander(url, seed)
    },
    mourn: () => bystander?.mourn(),
    async end(url) {
      if (!bystander) throw new Error('nobody is here')
      return await bystander.end(url)
    },
  }
}
