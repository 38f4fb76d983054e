import { toWorkerUrl } from '../workers.ts'

/** Lets the phone's “share” reach this page once it is installed; without it all else works. */
export function registerReceiver(): void {
  // Only over TLS or on this machine does a browser have it.
  navigator.serviceWorker?.register(toWorkerUrl('receiver'), { scope: '/' }).catch(() => {})
}
