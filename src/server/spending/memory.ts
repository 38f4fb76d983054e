import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

/** V8's heap is never all of it: pictures and buffers stand beside. */
const besideHeap = 1.6

/** About how much memory this process may come to use, in bytes: the machine's, its container's, or what Node was told. */
export function readMemoryLimit(): number {
  const container = process.constrainedMemory()
  return Math.min(totalmem(), container > 0 ? container : Infinity, getHeapStatistics().heap_size_limit * besideHeap)
}
