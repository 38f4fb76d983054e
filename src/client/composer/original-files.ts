import { readAllStored } from '../storage.ts'

/** The files of a question being written, kept in this browser so that a crop can be undone and a reload loses nothing. */
const store = 'files'
const here = new Map<string, File>()

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('originals', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(store)
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error ?? new Error('no database'))
  })
}

async function inStore<T>(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const request = act(database.transaction(store, mode).objectStore(store))
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error ?? new Error('not done'))
    })
  } finally {
    database.close()
  }
}

/** A private window may keep nothing: then the file lives as long as the page. */
export async function keepOriginal(key: string, file: File): Promise<void> {
  here.set(key, file)
  await inStore('readwrite', (files) => files.put(file, key)).catch(() => {})
}

export async function readOriginal(key: string): Promise<File | undefined> {
  const file = here.get(key) ?? (await inStore('readonly', (files) => files.get(key)).catch(() => undefined))
  return file instanceof File ? file : undefined
}

/** Forgets what no draft in this browser names any more. */
export async function forgetUnused(): Promise<void> {
  const drafts = readAllStored().join('\n')
  const isUsed = (key: string) => drafts.includes(`"origin":"${key}"`)
  for (const key of here.keys()) if (!isUsed(key)) here.delete(key)
  const known = await inStore('readonly', (files) => files.getAllKeys()).catch(() => [])
  for (const key of known) {
    if (!isUsed(String(key))) await inStore('readwrite', (files) => files.delete(key)).catch(() => {})
  }
}
