import { createId } from '../create-id.ts'
import { ApiError, toApiError, withCode } from './request.ts'

type Options = { signal: AbortSignal; onProgress?: ((part: number) => void) | undefined }

/** Sends a form or a file and tells how much of it (0 to 1) has left; `fetch` cannot. */
export const upload = <T>(path: string, body: FormData | File, options: Options): Promise<T> =>
  withCode(() => send<T>(path, body, options), options.signal)

function send<T>(path: string, body: FormData | File, { signal, onProgress }: Options): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const xhr = new XMLHttpRequest()
    signal.addEventListener('abort', () => xhr.abort(), { once: true })
    xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress?.(total === 0 ? 0 : loaded / total))
    xhr.addEventListener('load', () => {
      if (xhr.status < 300) resolve(JSON.parse(xhr.responseText) as T)
      else reject(toApiError(xhr.responseText, (name) => xhr.getResponseHeader(name)))
    })
    xhr.addEventListener('error', () => reject(new ApiError('offline', 'no answer')))
    xhr.addEventListener('abort', () => reject(signal.reason as Error))
    xhr.open('POST', path)
    xhr.setRequestHeader('X-Request-Id', createId())
    xhr.send(body)
  })
}

/** Tries again, whole, as often as the network was lost; `onWait` hears of each wait. Any other failure is thrown. */
export async function untilSent<T>(send: () => Promise<T>, signal: AbortSignal, onWait: () => void): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await send()
    } catch (error) {
      if (signal.aborted || !(error instanceof ApiError) || error.code !== 'offline') throw error
      onWait()
      await untilOnline(Math.min(500 * 2 ** tries, 15_000), signal)
      signal.throwIfAborted()
    }
  }
}

/** Until the browser says the network is back, or for so long: it does not know of a server that restarts. */
function untilOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener('online', done)
    signal.addEventListener('abort', done, { once: true })
  })
}
