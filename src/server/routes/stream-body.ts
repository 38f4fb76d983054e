/** Written at once, at least. */
const pieceBytes = 64 * 1024
/** Whoever takes nothing for so long is let go. */
const maxIdleMs = 30_000

/**
 * A body that is made as it is taken. Its beginning is made first, so that what fails until then is answered as it should
 * be; what fails later cuts the body off.
 */
export async function toBodyStream(
  pieces: AsyncGenerator<string | Uint8Array>,
  idleMs = maxIdleMs,
): Promise<ReadableStream<Uint8Array>> {
  let idle: NodeJS.Timeout | undefined

  /** Nothing: that was all. */
  async function readNext(): Promise<Uint8Array | undefined> {
    const held: Uint8Array[] = []
    let size = 0
    while (size < pieceBytes) {
      const { done, value } = await pieces.next()
      if (done) break
      const bytes = Buffer.from(value as Uint8Array)
      held.push(bytes)
      size += bytes.byteLength
    }
    if (held.length <= 1) return held[0]
    return Buffer.concat(held)
  }
  const end = async () => {
    clearTimeout(idle)
    await pieces.return(undefined).catch(() => {})
  }

  let first: Promise<Uint8Array | undefined> | undefined = readNext()
  await first
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(idle)
        const bytes = await (first ?? readNext())
        first = undefined
        if (!bytes) return controller.close()
        controller.enqueue(bytes)
        idle = setTimeout(() => {
          controller.error(new Error('Nobody takes what was asked for.'))
          void end()
        }, idleMs)
        idle.unref()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}
