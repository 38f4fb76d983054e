// A real Postgres for the tests and the benchmarks. Plain JavaScript, as it may run before anything was built.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './start.mjs'

const debian = '/usr/lib/postgresql'
const isRoot = process.getuid?.() === 0

/** The folder of its programs, the newest where there are several. */
function look() {
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const named = (process.env['PATH'] ?? '').split(':')
  const known = [...versions.map((version) => join(debian, version, 'bin')), ...named, '/opt/homebrew/bin']
  return known.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** One that is there, else Debian's package; nothing where none can be had. */
export function findPostgres() {
  if (look() || !isRoot || !existsSync('/usr/bin/apt-get')) return look()
  console.log('No PostgreSQL is on this machine. Installing Debian’s …')
  if (run('apt-get', ['update', '-qq']) === 0) {
    // Without the cluster that the package would make and start.
    run('apt-get', ['install', '-y', '-qq', '-o', 'Dpkg::Options::=--force-confold', 'postgresql-common'])
    const conf = '/etc/postgresql-common/createcluster.conf'
    if (existsSync(conf)) {
      writeFileSync(
        conf,
        readFileSync(conf, 'utf8').replace(/^#?create_main_cluster.*/m, 'create_main_cluster = false'),
      )
    }
    run('apt-get', ['install', '-y', '-qq', '-o', 'Dpkg::Options::=--force-confold', 'postgresql'])
  }
  return look()
}

/** It refuses to run as root. */
function toUser() {
  if (!isRoot) return {}
  const numberOf = (flag, name) => Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout)
  const name = spawnSync('id', ['-u', 'postgres']).status === 0 ? 'postgres' : 'nobody'
  return { uid: numberOf('-u', name), gid: numberOf('-g', name) }
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** On this machine only, in a folder of its own that is gone when it is closed. With `tls` it takes no connection without. */
export async function startPostgres(bin, { isDurable = false, tls } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-postgres-'))
  const user = toUser()
  if (user.uid !== undefined) chownSync(dir, user.uid, user.gid)
  const data = join(dir, 'data')
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' }
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    { ...user, env, cwd: dir, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)
  function requireTls() {
    const files = { ssl_cert_file: join(dir, 'server.crt'), ssl_key_file: join(dir, 'server.key') }
    writeFileSync(files.ssl_cert_file, tls.cert)
    writeFileSync(files.ssl_key_file, tls.key, { mode: 0o600 })
    if (user.uid !== undefined) chownSync(files.ssl_key_file, user.uid, user.gid)
    const rules = join(data, 'pg_hba.conf')
    writeFileSync(rules, readFileSync(rules, 'utf8').replace(/^host\b/gm, 'hostssl'))
    return { ssl: 'on', ...files }
  }
  const port = await freePort()
  const options = {
    ...(tls && requireTls()),
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: dir,
    // A killed server loses nothing by it, only a machine without power would.
    ...(!isDurable && { fsync: 'off', full_page_writes: 'off' }),
    max_connections: 200,
  }
  const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let child
  let text = ''
  // Whoever started it may end without closing it.
  process.on('exit', () => child?.kill('SIGQUIT'))

  async function start() {
    child = spawn(join(bin, 'postgres'), ['-D', data, ...args], { ...user, env, cwd: dir })
    child.stdout.resume()
    const isUp = new Promise((resolve, reject) => {
      text = ''
      child.stderr.on('data', (piece) => {
        text = (text + piece).slice(-20_000)
        if (text.includes('ready to accept connections')) resolve()
      })
      child.on('exit', () => reject(new Error(`PostgreSQL did not start: ${text}`)))
    })
    await isUp
    child.removeAllListeners('exit')
  }

  /** `SIGQUIT` at once, as if it crashed; `SIGINT` in order, without waiting for who is connected. */
  async function stop(signal = 'SIGINT') {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.on('exit', resolve))
    child.kill(signal)
    await gone
  }

  await start()
  return {
    /** The address of a database on it. */
    url: (name = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${name}`,
    port,
    pid: () => child.pid,
    start,
    stop,
    async close() {
      await stop('SIGQUIT')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
