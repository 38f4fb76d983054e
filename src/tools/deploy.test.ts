import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseSettings } from '../server/settings.ts'
import { serverCommand } from './start.mjs'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const dockerfile = read('docs/deploy/Dockerfile')
const lines = dockerfile.replaceAll('\\\n', '').split('\n')
const argumentsOf = (instruction: string) =>
  lines.flatMap((line) => (line.startsWith(`${instruction} `) ? [line.slice(instruction.length + 1).trim()] : []))
const manifest = JSON.parse(read('package.json')) as { engines: { node: string }; scripts: Record<string, string> }
const known = new Set([...read('.env.example').matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name))

describe('the Dockerfile', () => {
  test('has nothing that a linter minds, and ends as somebody other than root', () => {
    expect(validate(dockerfile)).toEqual([])
    expect(argumentsOf('USER')).toEqual(['node'])
  })

  test('begins from a Node that this runs on', () => {
    const [major = 0, minor = 0] = (/^>=(\d+)\.(\d+)$/.exec(manifest.engines.node) ?? []).slice(1).map(Number)
    expect(major + minor).toBeGreaterThan(0)
    const bases = argumentsOf('FROM').map((from) => from.split(' ')[0])
    expect(new Set(bases).size).toBe(1)
    expect(Number(/^node:(\d+)-/.exec(bases[0] ?? '')?.[1])).toBeGreaterThan(major)
  })

  test('copies what is there and not kept out, and runs scripts that exist', () => {
    const copied = argumentsOf('COPY').flatMap((line) =>
      line.startsWith('--from') ? [] : line.split(/\s+/).slice(0, -1),
    )
    const letIn = read('.dockerignore').match(/(?<=^!).+$/gm) ?? []
    expect(read('.dockerignore')).toContain('\n*\n')
    expect([...copied].sort()).toEqual(expect.arrayContaining([...letIn].sort()))
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true)
      expect(letIn).toContain(path)
    }
    const scripts = [...dockerfile.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? '')
    expect(scripts).toEqual(['build'])
    for (const name of scripts) expect(manifest.scripts).toHaveProperty(name)
  })

  test('starts what the build makes, with settings that exist, at the port it names', () => {
    expect(argumentsOf('CMD')).toEqual([`[${['node', ...serverCommand].map((part) => `"${part}"`).join(', ')}]`])
    expect(read('vite.config.ts')).toContain("outDir: 'dist/server'")
    expect(read('vite.config.ts')).toContain("main: 'src/server/main.ts'")
    const env = Object.fromEntries(argumentsOf('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))))
    for (const name of Object.keys(env)) if (name !== 'NODE_ENV') expect(known).toContain(name)
    expect(parseSettings(env)).toMatchObject({ HOST: '0.0.0.0', PORT: Number(argumentsOf('EXPOSE')[0]) })
    expect(argumentsOf('VOLUME')).toEqual([env.DATA_DIR])
  })

  test('leaves the fonts that the preview of a link is drawn with', () => {
    const pattern = /-regex '([^']+)'/
      .exec(dockerfile)?.[1]
      ?.replaceAll('\\(', '(')
      .replaceAll('\\)', ')')
      .replaceAll('\\|', '|')
    const left = readdirSync(join(root, 'node_modules/@fontsource/noto-sans-sc/files')).filter((name) =>
      new RegExp(`^${pattern}$`).test(`files/${name}`),
    )
    const card = read('src/server/shares/preview/render-card.ts')
    const weights = (/\[([\d, ]+)\]\.flatMap/.exec(card)?.[1] ?? '').split(', ')
    const parts = (/\[('latin'[^\]]*)\]\.map/.exec(card)?.[1] ?? '').replaceAll("'", '').split(', ')
    const wanted = parts.flatMap((part) => weights.map((weight) => `noto-sans-sc-${part}-${weight}-normal.woff2`))
    expect(wanted.length).toBeGreaterThan(3)
    expect(left.sort()).toEqual(wanted.sort())
  })

  test('is healthy while the server answers, and not otherwise', async () => {
    const command = /HEALTHCHECK .*?CMD (\[.*\])$/.exec(lines.find((line) => line.startsWith('HEALTHCHECK')) ?? '')?.[1]
    const [program, ...rest] = JSON.parse(command ?? '[]') as string[]
    expect(program).toBe('node')
    let status = 200
    const asked: (string | undefined)[] = []
    const server = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(status).end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const check = async () => {
      const child = spawn(process.execPath, rest, { env: { PORT: `${port}` }, stdio: 'ignore' })
      return ((await once(child, 'exit')) as [number])[0]
    }
    expect(await check()).toBe(0)
    status = 503
    expect(await check()).toBe(1)
    expect(asked).toEqual(['/healthz', '/healthz'])
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect(await check()).toBe(1)
  })
})

type Service = {
  image: string
  environment?: Record<string, string>
  volumes?: string[]
  depends_on?: Record<string, unknown> | string[]
  build?: { context: string; dockerfile: string }
  command?: string
  read_only?: boolean
  stop_grace_period?: string
  configs?: { source: string }[]
}
type Compose = { services: Record<string, Service>; volumes: object; configs: Record<string, { content: string }> }

describe('the compose file', () => {
  const { services, volumes, configs } = parse(read('docs/deploy/compose.yaml'), { merge: true }) as Compose
  const apps = Object.entries(services).filter(([, service]) => service.build)
  /** As compose does it, with something for what has to be given. */
  const fill = (text: string) =>
    text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, how?: string, word = '') =>
      how === '-' ? word : `given${name.length}`,
    )

  test('names services, volumes and files that exist', () => {
    expect(apps).toHaveLength(2)
    for (const { depends_on: needed = [], volumes: mounts = [], configs: sources = [], build } of Object.values(
      services,
    )) {
      for (const name of Array.isArray(needed) ? needed : Object.keys(needed)) expect(services).toHaveProperty(name)
      for (const mount of mounts) {
        const [from = ''] = mount.split(':')
        if (from.startsWith('./')) expect(existsSync(join(root, 'docs/deploy', from)), from).toBe(true)
        else expect(volumes).toHaveProperty(from)
      }
      for (const { source } of sources) expect(configs).toHaveProperty(source)
      if (build) expect(existsSync(join(root, 'docs/deploy', build.context, build.dockerfile))).toBe(true)
    }
  })

  test('gives the app settings that it has and accepts, a read-only root and time to end', () => {
    for (const [, { environment = {}, read_only: isReadOnly, stop_grace_period: grace = '' }] of apps) {
      const { DATABASE_URL: _later, ...now } = environment
      for (const name of Object.keys(now)) expect(known).toContain(name)
      const settings = parseSettings(
        Object.fromEntries(Object.entries(now).map(([name, value]) => [name, fill(`${value}`)])),
      )
      expect(isReadOnly).toBe(true)
      expect(Number.parseInt(grace, 10)).toBeGreaterThan(settings.SHUTDOWN_GRACE_S + 8)
    }
  })

  test('says the same thing at both ends', () => {
    const { environment: app = {} } = services['app-1'] ?? {}
    const filled = Object.fromEntries(Object.entries(app).map(([name, value]) => [name, fill(`${value}`)]))
    const database = new URL(filled.DATABASE_URL ?? '')
    const postgres = services.postgres?.environment ?? {}
    expect(services).toHaveProperty(database.hostname)
    expect(database.username).toBe(postgres.POSTGRES_USER)
    expect(database.password).toBe(fill(postgres.POSTGRES_PASSWORD ?? ''))
    expect(database.pathname).toBe(`/${postgres.POSTGRES_DB}`)
    const { hostname, port } = new URL(filled.S3_ENDPOINT ?? '')
    expect(services[hostname]?.command).toContain(`-s3.port=${port} `)
    const bucket = filled.MEDIA_STORE?.replace('s3://', '')
    expect(JSON.stringify(services.bucket)).toContain(`s3.bucket.create -name ${bucket}`)
    const { identities } = JSON.parse(fill(configs.s3?.content ?? '')) as { identities: object[] }
    expect(identities).toMatchObject([
      { credentials: [{ accessKey: filled.AWS_ACCESS_KEY_ID, secretKey: filled.AWS_SECRET_ACCESS_KEY }] },
    ])
    const upstreams = /\{\$INSTANCES:([^}]*)\}/.exec(read('docs/deploy/Caddyfile'))?.[1]?.split(' ')
    expect(upstreams).toEqual(apps.map(([name]) => `${name}:${filled.PORT}`))
  })
})
