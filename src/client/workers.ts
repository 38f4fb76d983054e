// Not the modules: the addresses of workers, built apart.
/* oxlint-disable import/default */
import heicUrl from './media-editors/picture/heic-decoder.ts?worker&url'
import receiverUrl from './share-target/service-worker.ts?worker&url'
import pdfUrl from './media-editors/pdf/pdf-decoder.ts?worker&url'
import pictureUrl from './media-editors/picture/picture-worker.ts?worker&url'

const urls = { picture: pictureUrl, heic: heicUrl, pdf: pdfUrl, receiver: receiverUrl }

type Factory = { createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => Rules }
type Rules = { createScriptURL: (url: string) => string }

/** The page's one Trusted Types policy: of all addresses only our own workers' pass. */
const rules: Rules = {
  createScriptURL: (url) => {
    if (Object.values(urls).includes(url)) return url
    throw new TypeError('no worker of ours')
  },
}
const policy = (globalThis as { trustedTypes?: Factory }).trustedTypes?.createPolicy('showwork', rules) ?? rules

export const toWorkerUrl = (name: keyof typeof urls) => policy.createScriptURL(urls[name])

export const createWorker = (name: keyof typeof urls) => new Worker(toWorkerUrl(name), { type: 'module' })
