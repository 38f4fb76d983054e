import { keepReceived } from './shared-input.ts'

/** The part of a service worker's scope that is used here; the DOM's types know a window. */
type Scope = { skipWaiting: () => Promise<void> }
type FetchEvent = Event & { request: Request; respondWith: (response: Promise<Response>) => void }

const isText = (value: FormDataEntryValue | null): value is string => typeof value === 'string' && value !== ''

/** What the phone's gallery or another app shares becomes the beginning of a question; it stays in the browser. */
async function receive(request: Request): Promise<Response> {
  const id = crypto.randomUUID()
  const form = await request.formData()
  const files = form.getAll('files').filter((value): value is File => value instanceof File && value.size > 0)
  const text = [form.get('text'), form.get('url')].filter(isText).join('\n')
  await keepReceived(id, { files, text })
  return Response.redirect(`/?received=${id}`, 303)
}

// It keeps nothing of the app itself: every other request goes its way as if it were not there.
addEventListener('fetch', (event) => {
  const { request, respondWith } = event as FetchEvent
  if (request.method !== 'POST' || new URL(request.url).pathname !== '/receive') return
  respondWith.call(
    event,
    receive(request).catch(() => Response.redirect('/?received=none', 303)),
  )
})
addEventListener('install', () => void (self as unknown as Scope).skipWaiting())
