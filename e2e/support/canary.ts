import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Keys that every app of the tests is given. Nothing but their own upstream may ever see them. */
export const canaries = {
  MODEL_API_KEY: 'sk-canary-model-5f1d',
  DASHSCOPE_API_KEY: 'sk-canary-dashscope-5f1d',
}
const mark = /canary-(model|dashscope)-5f1d/

/** The files under a folder that hold one of the keys. */
export function findCanaries(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && mark.test(readFileSync(path, 'latin1')))
}

export const hasCanary = (text: string) => mark.test(text)
