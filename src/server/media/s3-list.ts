export type S3Object = { name: string; modifiedAt: number }
export type S3Page = { objects: S3Object[]; next?: string }

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescape = (text: string) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return entities[name ?? ''] ?? all
  })

const readTag = (xml: string, tag: string) => {
  const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]
  return text === undefined ? undefined : unescape(text)
}

/** A page of ListObjectsV2. What has no date is left out: nothing may be taken for old that only looks so. */
export function parseS3Page(xml: string, prefix: string): S3Page {
  if (!xml.includes('<ListBucketResult')) throw new Error('The object store did not list its objects as S3 does.')
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].flatMap(([, content = '']) => {
    const key = readTag(content, 'Key')
    const modifiedAt = Date.parse(readTag(content, 'LastModified') ?? '')
    if (!key?.startsWith(prefix) || !Number.isFinite(modifiedAt)) return []
    return [{ name: key.slice(prefix.length), modifiedAt }]
  })
  const next = readTag(xml, 'IsTruncated') === 'true' ? readTag(xml, 'NextContinuationToken') : undefined
  return { objects, ...(next !== undefined && { next }) }
}
