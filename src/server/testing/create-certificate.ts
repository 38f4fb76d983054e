import { generateKeyPairSync, sign } from 'node:crypto'
import { isIP } from 'node:net'

/** A DER value: its tag, its length, its content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const integer = (value: number) => der(0x02, Buffer.from([value]))
const octets = (content: Uint8Array) => der(0x04, content)
const yes = der(0x01, Buffer.from([255]))

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
const toName = (name: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))
const toTime = (time: number) => {
  const [date = '', clock = ''] = new Date(time).toISOString().slice(2, 19).split('T')
  return der(0x17, Buffer.from(`${date.replaceAll('-', '')}${clock.replaceAll(':', '')}Z`))
}
const toAltName = (host: string) =>
  isIP(host) === 4 ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))

const toPem = (name: string, bytes: Buffer) =>
  `-----BEGIN ${name}-----\n${(bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${name}-----\n`

const dayMs = 24 * 3_600_000

/** A certificate of its own making for these hosts, and its key, as PEM. `endsAt` is tomorrow if absent. */
export function createCertificate(hosts: string[], endsAt = Date.now() + dayMs): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = toName(hosts[0] ?? '')
  const extensions = sequence(
    sequence(oid('551d13'), yes, octets(sequence(yes))),
    sequence(oid('551d11'), octets(sequence(...hosts.map(toAltName)))),
  )
  const facts = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    sequence(toTime(endsAt - 30 * dayMs), toTime(endsAt)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = sign('sha256', facts, privateKey)
  const certificate = sequence(facts, ecdsaWithSha256, der(0x03, Buffer.from([0]), signature))
  return {
    cert: toPem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
