// The baseline: a bare Node pipe that parses and re-emits every event and keeps nothing.
import { createServer, request } from 'node:http'

const upstreamPort = Number(process.argv[2])
const server = createServer((req, res) => {
  req.resume()
  const headers = { 'content-type': 'application/json' }
  const outgoing = request(
    { port: upstreamPort, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions', headers, agent: false },
    (from) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      let rest = ''
      from.setEncoding('utf8')
      from.on('data', (piece) => {
        const frames = (rest + piece).split('\n\n')
        rest = frames.pop() ?? ''
        for (const frame of frames)
          if (frame.startsWith('data: {')) res.write(`data: ${JSON.stringify(JSON.parse(frame.slice(6)))}\n\n`)
      })
      from.on('end', () => res.end())
    },
  )
  outgoing.end('{}')
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
