/** What another app shared with this one, in the browser from then until it is part of a question. */
export type Received = { files: File[]; text: string }

const cacheName = 'received'
const toPlace = (id: string) => `/received/${id}`

/** `id`: any word that no other share has. */
export async function keepReceived(id: string, { files, text }: Received): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.put(toPlace(id), new Response(JSON.stringify({ text, names: files.map(({ name }) => name) })))
  await Promise.all(
    files.map((file, index) =>
      cache.put(`${toPlace(id)}/${index}`, new Response(file, { headers: { 'Content-Type': file.type } })),
    ),
  )
}

/** Hands it over and keeps no share any longer. Nothing: none of that id is here. */
export async function takeReceived(id: string): Promise<Received | undefined> {
  const cache = await caches.open(cacheName)
  const found = await cache.match(toPlace(id))
  if (!found) return undefined
  const { text, names } = (await found.json()) as { text: string; names: string[] }
  const files = await Promise.all(
    names.map(async (name, index) => {
      const blob = await (await cache.match(`${toPlace(id)}/${index}`))?.blob()
      return blob && new File([blob], name, { type: blob.type })
    }),
  )
  await caches.delete(cacheName)
  return { text, files: files.filter((file) => file !== undefined) }
}
