import { S3Error } from './s3-requests.ts'

export type S3Object = { name: string; modifiedAt: number }
export type S3Page = { objects: S3Object[]; next?: string }

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescape = (text: string) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    if (code <= 0x10ffff) return String.fromCodePoint(code)
    return entities[name ?? ''] ?? all
  })

const readTag = (xml: string, tag: string) => {
  const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]
  return text === undefined ? undefined : unescape(text)
}

/** A page of ListObjectsV2; throws an S3Error where it is none. What has no date is left out: nothing may be taken for old that only looks so. */
export function parseS3Page(xml: string, prefix: string): S3Page {
  if (!xml.includes('<ListBucketResult')) throw new S3Error('no list', false)
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].flatMap(([, content = '']) => {
    const key = readTag(content, 'Key')
    const modifiedAt = Date.parse(readTag(content, 'LastModified') ?? '')
    if (!key?.startsWith(prefix) || !Number.isFinite(modifiedAt)) return []
    return [{ name: key.slice(prefix.length), modifiedAt }]
  })
  const next = readTag(xml, 'IsTruncated') === 'true' ? readTag(xml, 'NextContinuationToken') : undefined
  return { objects, ...(next !== undefined && { next }) }
}
