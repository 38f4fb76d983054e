import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { VideoFile } from './contract.ts'
import { readText, type SendRequest } from '../network/send-request.ts'

/** The service keeps them 48 hours; the last is left for a run that is long. */
const lifeMs = 47 * 3_600_000
const maxKnown = 1_000
const maxReplyBytes = 1024 * 1024

const reply = z.object({
  data: z.object({
    policy: z.string(),
    signature: z.string(),
    upload_dir: z.string(),
    upload_host: z.url({ protocol: /^https?$/ }),
    oss_access_key_id: z.string(),
    x_oss_object_acl: z.string(),
    x_oss_forbid_overwrite: z.string(),
  }),
})
type Policy = z.infer<typeof reply>['data']

export type TemporaryUploads = (file: VideoFile, model: string, signal: AbortSignal) => Promise<string>

/**
 * Puts a whole file where DashScope's models find it and gives its `oss://` address. That belongs to one model and
 * lives two days, so the same file goes up again for another model or later. The key goes to `origin` only.
 */
export function createTemporaryUploads(
  origin: string,
  apiKey: string | undefined,
  send: SendRequest,
): TemporaryUploads {
  const known = new Map<string, { url: string; until: number }>()

  async function readPolicy(model: string, signal: AbortSignal): Promise<Policy> {
    const response = await send(`${origin}/api/v1/uploads?action=getPolicy&model=${encodeURIComponent(model)}`, {
      signal,
      headers: { ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
    })
    const { statusCode } = response
    const text = await readText(response, maxReplyBytes)
    if (statusCode !== 200) throw new Error(`The upload was not allowed (${statusCode}).`)
    return reply.parse(JSON.parse(text)).data
  }

  return async (file, model, signal) => {
    const name = `${model} ${file.hash}`
    const before = known.get(name)
    if (before && before.until > Date.now()) return before.url
    const policy = await readPolicy(model, signal)
    const key = `${policy.upload_dir}/${file.hash.slice(0, 32)}.${file.mime.endsWith('quicktime') ? 'mov' : 'mp4'}`
    const form = toForm(policy, key, file)
    const response = await send(policy.upload_host, {
      method: 'POST',
      signal,
      headers: { 'content-type': form.type, 'content-length': String(form.length) },
      body: form.body(),
    })
    const { statusCode } = response
    await readText(response, maxReplyBytes)
    if (statusCode !== 200) throw new Error(`The video was not accepted (${statusCode}).`)
    const url = `oss://${key}`
    if (known.size >= maxKnown) known.clear()
    known.set(name, { url, until: Date.now() + lifeMs })
    return url
  }
}

/** The service reads the fields in order and wants the file last. Its length is known, so nothing is gathered first. */
function toForm(policy: Policy, key: string, file: VideoFile) {
  const boundary = `showwork${randomBytes(16).toString('hex')}`
  const fields = {
    OSSAccessKeyId: policy.oss_access_key_id,
    Signature: policy.signature,
    policy: policy.policy,
    'x-oss-object-acl': policy.x_oss_object_acl,
    'x-oss-forbid-overwrite': policy.x_oss_forbid_overwrite,
    key,
    success_action_status: '200',
  }
  const head = Object.entries(fields)
    .map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')
  const start = Buffer.from(
    `${head}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="video"\r\nContent-Type: ${file.mime}\r\n\r\n`,
  )
  const end = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length: start.byteLength + file.size + end.byteLength,
    async *body() {
      yield start
      for await (const chunk of file.open()) yield chunk
      yield end
    },
  }
}
