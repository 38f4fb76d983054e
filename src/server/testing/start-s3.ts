// An S3-compatible server for tests, on loopback, that can be made to fail.
import crypto from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import type { S3Place } from '../media/store/s3-requests.ts'

/**
 * `silent` answers nothing, `cut` ends in the middle of a body, `drip` gives a byte now and then, `busy` refuses, `endless`
 * and `boasting` send on and on (the latter says how much: a thousand terabytes), `elsewhere` sends there, `portal` answers
 * everything with a page, `other` speaks no HTTP, `circular` has the same page of a list behind each.
 */
export type S3Mood = 'well' | 'busy' | keyof typeof moods

const megabyte = Buffer.alloc(1024 * 1024, 'x')
async function pour(response: ServerResponse) {
  while (!response.destroyed)
    if (!response.write(megabyte)) await new Promise((resume) => response.once('drain', resume).once('close', resume))
}
const moods = {
  silent: () => {},
  cut(response: ServerResponse) {
    response.writeHead(200, { 'Content-Length': '1000' }).write('x')
    setTimeout(() => response.destroy(), 5)
  },
  drip(response: ServerResponse) {
    response.writeHead(200, { 'Content-Length': '1000' }).write('x')
    const timer = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(timer))
  },
  endless: (response: ServerResponse) => pour(response.writeHead(200)),
  boasting: (response: ServerResponse) => pour(response.writeHead(200, { 'Content-Length': '1000000000000000' })),
  elsewhere: (response: ServerResponse) => response.writeHead(307, { Location: 'http://127.0.0.1:9/' }).end(),
  portal: (response: ServerResponse) => response.writeHead(200).end('<html>Please log in.</html>'),
  other: (response: ServerResponse) => response.socket?.end('SSH-2.0-OpenSSH\r\n'),
  circular: (response: ServerResponse) =>
    response.end(
      '<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>on</NextContinuationToken>' +
        '<Contents><Key>p/&#x110000;&#99999999;</Key><LastModified>2020-01-01T00:00:00Z</LastModified></Contents></ListBucketResult>',
    ),
}

const bucket = 'showwork-test'

/** It makes the tokens of its pages with DES, which OpenSSL no longer has. */
function lendDes() {
  const { createCipheriv, createDecipheriv } = crypto
  const twice = (bytes: unknown) => Buffer.concat([bytes as Buffer, bytes as Buffer])
  const lend = <T>(create: (name: string, key: Buffer, iv: Buffer) => T) =>
    ((name: string, key: Buffer, iv: Buffer) =>
      name === 'des' ? create('aes-128-cbc', twice(key), twice(iv)) : create(name, key, iv)) as unknown
  Object.assign(crypto, { createCipheriv: lend(createCipheriv), createDecipheriv: lend(createDecipheriv) })
  return () => Object.assign(crypto, { createCipheriv, createDecipheriv })
}

export async function startS3() {
  const takeDesBack = lendDes()
  const directory = mkdtempSync(join(tmpdir(), 'showwork-s3-'))
  const store = new S3rver({ directory, silent: true, configureBuckets: [{ name: bucket }] })
  await store.configureBuckets()
  const answer = store.callback()
  let mood: S3Mood = 'well'
  let moodLasts = Infinity
  let requests = 0
  let sentBytes = 0
  let server: Server | undefined
  let port = 0

  async function listen() {
    server = createServer((request, response) => {
      requests += 1
      moodLasts -= 1
      if (moodLasts < 0) mood = 'well'
      if (mood === 'well') return void answer(request, response)
      if (mood === 'busy') {
        request.resume()
        response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>')
        return
      }
      const { socket } = response
      const before = socket?.bytesWritten ?? 0
      response.on('close', () => (sentBytes += (socket?.bytesWritten ?? 0) - before))
      moods[mood](response)
    })
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }

  async function stop() {
    const closed = new Promise((resolve) => server?.close(resolve))
    server?.closeAllConnections()
    await closed
  }

  await listen()
  const toFile = (name: string) => join(directory, bucket, `${name}._S3rver_object`)
  return {
    place: (prefix: string): S3Place => ({
      endpoint: `http://127.0.0.1:${port}`,
      bucket,
      prefix,
      region: 'us-east-1',
      accessKeyId: 'S3RVER',
      secretAccessKey: 'S3RVER',
    }),
    setMood(next: S3Mood, forRequests = Infinity) {
      mood = next
      moodLasts = forRequests
    },
    /** How many requests came so far. */
    count: () => requests,
    /** How many bytes it sent, but when it was well. */
    sentBytes: () => sentBytes,
    names: () =>
      readdirSync(join(directory, bucket), { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('._S3rver_object'))
        .map((name) => name.replace('._S3rver_object', '')),
    age: (name: string, ms: number) => utimesSync(toFile(name), new Date(Date.now() - ms), new Date(Date.now() - ms)),
    cutOff: (name: string, bytes: number) => truncateSync(toFile(name), bytes),
    stop,
    startAgain: listen,
    async close() {
      await stop()
      takeDesBack()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
