/**
 * What this page and what it is built with use, and browsers of the last years may lack: an old machine's last browser
 * is often the only one there is. Imported before everything else, in the page and in its workers.
 */
type Method = (this: never, ...given: never[]) => unknown

function add(owner: object, name: string, value: Method) {
  if (!(name in owner)) Object.defineProperty(owner, name, { value, writable: true, configurable: true })
}

type List = unknown[]
type Order = ((a: unknown, b: unknown) => number) | undefined
type Test = (value: unknown, index: number, list: List) => unknown

function findLastIndex(this: List, test: Test): number {
  for (let index = this.length - 1; index >= 0; index -= 1) if (test(this[index], index, this)) return index
  return -1
}

const arrays: Record<string, Method> = {
  toSorted: function (this: List, order: Order) {
    return this.slice().sort(order)
  },
  toReversed: function (this: List) {
    return this.slice().reverse()
  },
  toSpliced: function (this: List, start: number, count: number, ...items: List) {
    const copy = this.slice()
    copy.splice(start, count, ...items)
    return copy
  },
  with: function (this: List, index: number, value: unknown) {
    const copy = this.slice()
    copy[index < 0 ? index + copy.length : index] = value
    return copy
  },
  findLastIndex,
  findLast: function (this: List, test: Test) {
    return this[findLastIndex.call(this, test)]
  },
  at: function (this: List, index: number) {
    return this[index < 0 ? index + this.length : index]
  },
}
export function addMissing() {
  for (const [name, method] of Object.entries(arrays)) add(Array.prototype, name, method)

  add(String.prototype, 'at', function (this: string, index: number) {
    return this[index < 0 ? index + this.length : index]
  })
  add(Object, 'hasOwn', (owner: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(owner, key))
  add(URL, 'canParse', (address: string, base?: string) => {
    try {
      return Boolean(new URL(address, base))
    } catch {
      return false
    }
  })
  add(AbortSignal.prototype, 'throwIfAborted', function (this: AbortSignal) {
    if (this.aborted) throw this.reason ?? new DOMException('The work was stopped.', 'AbortError')
  })
}
addMissing()
