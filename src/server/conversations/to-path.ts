export type Node = { id: string; parent: string | null; created_at: number }

const byAge = (a: Node, b: Node) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1)

/** From the root through `id` to a leaf, by the newest run at each step below `id`; each with those in its place. */
export function toPath(nodes: Node[], id: string): { ids: string[]; siblings: string[][] } {
  const known = new Map(nodes.map((node) => [node.id, node]))
  const children = new Map<string | null, string[]>()
  for (const { id: child, parent } of nodes.toSorted(byAge)) {
    children.set(parent, [...(children.get(parent) ?? []), child])
  }
  const ids: string[] = []
  for (let at = known.get(id); at; at = at.parent === null ? undefined : known.get(at.parent)) ids.unshift(at.id)
  for (let next = children.get(id)?.at(-1); next !== undefined; next = children.get(next)?.at(-1)) ids.push(next)
  return { ids, siblings: ids.map((each) => children.get(known.get(each)?.parent ?? null) ?? [each]) }
}
