import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { sql } from 'kysely'
import { afterAll, describe, expect, inject, test, vi } from 'vitest'
import { findPostgres, startPostgres } from '../../tools/postgres.mjs'
import { createCertificate } from '../testing/create-certificate.ts'
import { openPostgres } from './open-postgres.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-tls-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const isMissing = inject('postgresUrl') === '' && !process.env['REQUIRE_SERVICES']

test.skipIf(isMissing)(
  'over TLS a Postgres is used, and listened to, under every mode that checks its certificate',
  async () => {
    const tls = createCertificate(['127.0.0.1'])
    const file = join(dir, 'ca.crt')
    writeFileSync(file, tls.cert)
    const postgres = await startPostgres(findPostgres() ?? '', { tls })
    const warn = vi.spyOn(process, 'emitWarning')
    for (const mode of ['verify-full', 'verify-ca', 'require']) {
      const { db, signals, close } = await openPostgres(`${postgres.url()}?sslmode=${mode}&sslrootcert=${file}`)
      const { rows } = await sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(db)
      expect(rows).toEqual([{ ssl: true }])
      await vi.waitFor(() => expect(signals.isOpen()).toBe(true), 10_000)
      await close()
    }
    await expect(openPostgres(postgres.url())).rejects.toThrow(/cannot be used \(.*no encryption\)/)
    expect(warn).not.toHaveBeenCalled()
    await postgres.close()
  },
  60_000,
)

describe('a Postgres that cannot be trusted is refused in a sentence with the next step', () => {
  /** As a Postgres says that it speaks TLS; then `greet` decides. */
  async function refuse(greet: (socket: Socket) => void, query: string, host = '127.0.0.1') {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        socket.write('S')
        greet(socket)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `postgres://user:hidden@${host}:${(server.address() as AddressInfo).port}/name?${query}`
    const error = await openPostgres(url).catch((failure: Error) => failure)
    server.close()
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).not.toContain('hidden')
    return (error as Error).message
  }
  const speak =
    ({ cert, key }: { cert: string; key: string }) =>
    (socket: Socket) =>
      void new TLSSocket(socket, { isServer: true, cert, key }).on('error', () => {})
  const trust = ({ cert }: { cert: string }) => {
    const file = join(dir, 'trusted.crt')
    writeFileSync(file, cert)
    return `sslmode=verify-full&sslrootcert=${file}`
  }

  test('as nobody vouches for it', async () => {
    const said = await refuse(speak(createCertificate(['127.0.0.1'])), 'sslmode=require')
    expect(said).toMatch(
      /^The database at 127\.0\.0\.1:\d+\/name cannot be used \(self-signed.*sslrootcert=\/path\/ca\.crt\.$/,
    )
  })
  test('as its certificate is of another host', async () => {
    const own = createCertificate(['127.0.0.1'])
    expect(await refuse(speak(own), trust(own), 'localhost')).toMatch(/altnames.*for that host/)
  })
  test('as its certificate is over', async () => {
    const own = createCertificate(['127.0.0.1'], Date.now() - 60_000)
    expect(await refuse(speak(own), trust(own))).toMatch(/expired.*has to be valid/)
  })
  test('as it hangs up in the handshake', async () => {
    const said = await refuse((socket) => socket.destroy(), 'sslmode=verify-full')
    expect(said).toMatch(/cannot be used \(.+\)\. Check DATABASE_URL/)
  })
  test('as the file that should vouch for it is not there', async () => {
    const own = createCertificate(['127.0.0.1'])
    const said = await refuse(speak(own), 'sslmode=verify-full&sslrootcert=/none/ca.crt')
    expect(said).toMatch(/^The database at .* cannot be used \(.*\/none\/ca\.crt'\)\. Check DATABASE_URL/)
  })
})
