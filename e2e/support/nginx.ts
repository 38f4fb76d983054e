import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)))
    socket.on('error', () => resolve(false))
  })

/** A real nginx before `targetPort`, as it comes out of the box but for `http` and `location` directives given. */
export async function startNginx(binary: string, targetPort: number, extra: { http?: string; location?: string } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-nginx-'))
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(dir, name))
  const port = await freePort()
  writeFileSync(
    join(dir, 'nginx.conf'),
    `worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log; daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;
  ${extra.http ?? ''}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${targetPort}; proxy_set_header Host $host; ${extra.location ?? ''} }
  }
}
`,
  )
  const child = spawn(binary, ['-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')], { stdio: 'ignore' })
  for (let tries = 0; !(await accepts(port)); tries += 1) {
    if (tries > 200) throw new Error(`nginx did not start: ${readFileSync(join(dir, 'error.log'), 'utf8')}`)
    await sleep(25)
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** Its master and worker. */
    pids() {
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
      return [child.pid ?? 0, ...children.map(Number)]
    },
    async close() {
      const gone = new Promise((resolve) => child.on('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
