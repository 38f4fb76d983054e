/** On whose behalf something is decoded. */
export type Sender = { visitor: string; address: string }

/** What a picture takes: pixels to go through, and bytes of memory while it is done. */
export type Effort = { pixels: number; bytes: number }

type Job = { sender: Sender; effort: Effort; start: () => void }

/** Larger ones go one at a time, so that a place is left for what others send. */
const largePixels = 25_000_000
const halfLifeMs = 30_000

/** How many millions of late: what was long ago counts less and less. */
function createRecent(now: () => number) {
  const known = new Map<string, { amount: number; at: number }>()
  const read = (name: string) => {
    const entry = known.get(name)
    return entry ? entry.amount * 2 ** ((entry.at - now()) / halfLifeMs) : 0
  }
  return {
    read: (name: string) => Math.round(read(name) / 1e6),
    add(name: string, amount: number) {
      known.set(name, { amount: read(name) + amount, at: now() })
      if (known.size > 1_000) for (const other of known.keys()) if (read(other) < 1) known.delete(other)
    },
  }
}

/**
 * Decodes `places` pictures at once, within so much memory. Whose address had fewest pixels decoded of late comes next,
 * of one address whichever visitor, of one visitor the smallest picture.
 */
export function createDecodingQueue(options: { places: number; bytes: number; now?: () => number }) {
  const { places, bytes: budget, now = () => performance.now() } = options
  const recent = createRecent(now)
  const running = new Set<Job>()
  let waiting: Job[] = []

  const toNames = ({ address, visitor }: Sender) => [`address ${address}`, `visitor ${visitor}`] as const

  /** In the order in which they should be done. */
  function sort(jobs: Job[]): Job[] {
    const ranked = jobs.map((job) => {
      const [address, visitor] = toNames(job.sender)
      return { job, rank: [recent.read(address), recent.read(visitor), job.effort.pixels] as const }
    })
    ranked.sort(({ rank: a }, { rank: b }) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
    return ranked.map(({ job }) => job)
  }

  function advance() {
    if (running.size >= places || waiting.length === 0) return
    let used = 0
    let hasLarge = false
    for (const { effort } of running) {
      used += effort.bytes
      hasLarge ||= effort.pixels > largePixels
    }
    for (const job of sort(waiting)) {
      if (hasLarge && job.effort.pixels > largePixels) continue
      // Whoever is next and does not fit waits until the others are done, and nobody goes before.
      if (running.size > 0 && used + job.effort.bytes > budget) return
      waiting = waiting.filter((other) => other !== job)
      running.add(job)
      for (const name of toNames(job.sender)) recent.add(name, job.effort.pixels)
      job.start()
      return advance()
    }
  }

  return async function inTurn<T>(sender: Sender, effort: Effort, work: () => Promise<T>): Promise<T> {
    const job: Job = { sender, effort, start: () => {} }
    await new Promise<void>((resolve) => {
      job.start = resolve
      waiting.push(job)
      advance()
    })
    try {
      return await work()
    } finally {
      running.delete(job)
      advance()
    }
  }
}
