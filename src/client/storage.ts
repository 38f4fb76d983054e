/**
 * What this browser remembers, where it does: in some it may not be touched at all, in some it is full. Then it is
 * remembered as long as the page is open.
 */
const here = new Map<string, string | undefined>()

function attempt<T>(act: (kept: Storage) => T): T | undefined {
  try {
    return act(localStorage)
  } catch {
    return undefined
  }
}

export function readStored(key: string): string | undefined {
  if (here.has(key)) return here.get(key)
  return attempt((kept) => kept.getItem(key)) ?? undefined
}

export function store(key: string, value: string): void {
  const isKept = attempt((kept) => {
    kept.setItem(key, value)
    return true
  })
  if (isKept) here.delete(key)
  else here.set(key, value)
}

export function forget(key: string): void {
  const isGone = attempt((kept) => {
    kept.removeItem(key)
    return true
  })
  if (isGone) here.delete(key)
  else here.set(key, undefined)
}

/** All that is remembered, without its names. */
export function readAllStored(): string[] {
  const kept = attempt((storage) => ({ ...storage })) ?? {}
  const all = { ...kept, ...Object.fromEntries(here) } as Record<string, string | undefined>
  return Object.values(all).filter((value) => value !== undefined)
}
