import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright/test'
import { createWire } from './fake-wire.ts'

const listen = async (server: ReturnType<typeof createServer>) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A model that thinks and answers `texts[n]` where the question says `<n>`, in small pieces, and fails with it where told. */
export async function startHostileUpstream(texts: string[]) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (data) => (body += String(data)))
    request.on('end', () => void answer())
    async function answer() {
      const number = Number(/#(\d+)#/.exec(body)?.[1] ?? 0)
      const text = texts[number % texts.length] ?? ''
      const wire = createWire('openai', response)
      if (body.includes('#fail#')) {
        response.setHeader('x-request-id', encodeURIComponent(text.slice(0, 20)))
        return wire.refuse(400, text.slice(0, 400), text)
      }
      for (const say of [wire.thinking, wire.answer]) {
        for (let at = 0; at < text.length; at += 97) {
          say(text.slice(at, at + 97))
          await new Promise((resolve) => setTimeout(resolve, 2))
        }
      }
      wire.finish('stop')
    }
  })
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port}`, close: () => (server.closeAllConnections(), server.close()) }
}

/** A browser for which every other host is the canary: whatever is asked of it, or connects to it, is counted. */
export async function openWatchedBrowser() {
  let connections = 0
  const canary = createServer((_request, response) => response.end())
  canary.on('connection', () => (connections += 1))
  const port = await listen(canary)
  const executablePath = process.env['CHROMIUM_PATH'] || undefined
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      `--host-resolver-rules=MAP *.example 127.0.0.1:${port}, MAP canary.example 127.0.0.1:${port}`,
    ],
  })
  return {
    browser,
    connections: () => connections,
    async close() {
      await browser.close()
      canary.closeAllConnections()
      canary.close()
    },
  }
}

/** A context that knows of every script of a vector that ran and every request that left the app. */
export async function openContext(browser: Browser, appUrl: string, hasPolicy: boolean) {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } })
  const hits: string[] = []
  const strays: string[] = []
  await context.exposeFunction('__hit', (number: unknown) => void hits.push(String(number)))
  context.on('dialog', (dialog) => {
    hits.push('dialog')
    void dialog.dismiss()
  })
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${appUrl}/`) && !url.startsWith('blob:')) strays.push(url)
  })
  if (!hasPolicy) await stripPolicy(context, appUrl)
  // Pages that open together would each begin as a visitor of their own.
  await context.request.get(appUrl)
  return { context, hits, strays }
}

/** As if the server sent no policy: then only the renderer stands between a text and the browser. */
async function stripPolicy(context: BrowserContext, appUrl: string) {
  await context.route(`${appUrl}/**`, async (route) => {
    if (route.request().resourceType() !== 'document') return await route.continue()
    const response = await route.fetch()
    const headers = Object.entries(response.headers()).filter(([name]) => name !== 'content-security-policy')
    await route.fulfill({ response, headers: Object.fromEntries(headers) })
  })
}

/** What stands in the page and should not: elements, attributes and addresses outside the renderer's set. */
export const findStrange = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const strange: string[] = []
    const forbidden =
      'script:not([src]),style,iframe,frame,object,embed,applet,base,portal,meta[http-equiv],template,marquee,video,audio,' +
      'source,track,area,image,use,foreignObject,feImage,animate,set,mglyph,maction,mi[href],input[type=image],' +
      'link:not([rel=icon],[rel=apple-touch-icon],[rel=manifest],[rel=stylesheet],[rel=modulepreload],[rel=preload])'
    for (const element of document.querySelectorAll('*')) {
      const name = `${element.localName} ${element.outerHTML.slice(0, 120)}`
      if (element.matches(forbidden)) strange.push(name)
      for (const { name: attribute, value } of element.attributes) {
        if (
          /^on|^(srcset|srcdoc|ping|background|action|formaction|poster|xlink:href|manifest|cite)$/i.test(attribute)
        ) {
          strange.push(`${attribute}: ${name}`)
        }
        if (attribute === 'style' && /url|expression|@import|position/i.test(value)) strange.push(`style: ${name}`)
        if (/^(src|href|data)$/i.test(attribute)) {
          if (!URL.canParse(value, location.href)) {
            // A link that leads nowhere does no harm.
            if (element.localName !== 'a') strange.push(`${attribute}: ${name}`)
            continue
          }
          const url = new URL(value, location.href)
          const isOwn = url.origin === location.origin || url.protocol === 'blob:'
          const isLink = element.localName === 'a' && /^(https?|mailto):$/.test(url.protocol)
          if (!isOwn && !isLink) strange.push(`${attribute}: ${name}`)
          if (isLink && !isOwn && element.getAttribute('rel') !== 'noopener noreferrer') strange.push(`rel: ${name}`)
          if (isLink && !isOwn && element.getAttribute('title') !== value) strange.push(`title: ${name}`)
        }
      }
    }
    return strange
  })
