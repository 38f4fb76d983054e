import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** `head`: the first bytes, 64 at least where there are as many. */
export type Received = { hash: string; size: number; head: Uint8Array }
/** After each piece, and once with all of it. */
export type Check = (received: Omit<Received, 'hash'>, isComplete: boolean) => Promise<void> | void

/** Writes what comes to a file in `dir`, never wholly in memory, and hands its path to `keep`, after which it is gone from there. */
export async function receiveFile(
  dir: string,
  bytes: AsyncIterable<Uint8Array>,
  check: Check,
  keep: (path: string, received: Received) => Promise<void>,
): Promise<Received> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, `${randomBytes(12).toString('hex')}.tmp`)
  const hasher = createHash('sha256')
  let size = 0
  let head = new Uint8Array()
  try {
    const file = await open(path, 'wx')
    try {
      for await (const chunk of bytes) {
        size += chunk.byteLength
        if (head.byteLength < 64) head = new Uint8Array(Buffer.concat([head, chunk.subarray(0, 64)]))
        await check({ size, head }, false)
        hasher.update(chunk)
        await file.writeFile(chunk)
      }
      await check({ size, head }, true)
      await file.sync()
    } finally {
      await file.close()
    }
    const received = { hash: hasher.digest('hex'), size, head }
    await keep(path, received)
    return received
  } finally {
    await rm(path, { force: true })
  }
}

/** Deletes what a crash left half received for `ageMs`. Returns how many. */
export async function sweepReceived(dir: string, ageMs: number): Promise<number> {
  let swept = 0
  for (const name of await readdir(dir).catch(() => [])) {
    const found = await stat(join(dir, name)).catch(() => undefined)
    if (!found?.isFile() || Date.now() - found.mtimeMs < ageMs) continue
    await rm(join(dir, name), { force: true })
    swept += 1
  }
  return swept
}
