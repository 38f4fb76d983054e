import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isRange } from './network/client-address.ts'
import { isKey, toBaseAddress, toKey, unquote } from './pasted-settings.ts'

const seconds = (fallback: number) => z.coerce.number().positive().max(86_400).default(fallback)
const list = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ''))

/** Names that are the same in a path, a URL and a signature. */
const mediaStore = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w-][\w.-]*)*\/?$/

const key = z
  .string()
  .transform(toKey)
  .refine(isKey, {
    error: 'it holds a blank, a line end or another character that no key has; copy the key again, and nothing else',
  })
  .optional()

const baseAddress = z
  .url({ protocol: /^https?$/, error: 'write an http or https address, such as https://models.example/v1' })
  .transform(toBaseAddress)
  .optional()

const proxy = z
  .string()
  .transform((text) => (text.includes('://') ? text : `http://${text}`))
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: 'write the address of an HTTP proxy, such as http://proxy.example:8080',
  })
  .optional()

/** 0 stands for no limit. */
const limit = z.coerce.number().min(0).max(1e12).optional()

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine((text) => URL.canParse(text) && new URL(text).pathname === '/', {
      error: 'write it without a path: the app needs a host of its own, such as https://showwork.example',
    })
    .optional(),
  ALLOWED_HOSTS: list,
  DASHSCOPE_API_KEY: key,
  DASHSCOPE_REGION: z.enum(['beijing', 'singapore', 'virginia', 'hongkong', 'frankfurt', 'tokyo']).default('beijing'),
  DASHSCOPE_WORKSPACE: z.string().optional(),
  MODEL_BASE_URL: baseAddress,
  MODEL_API_KEY: key,
  MODEL_PROTOCOL: z.enum(['openai', 'dashscope']).default('openai'),
  HTTP_PROXY: proxy,
  HTTPS_PROXY: proxy,
  ALL_PROXY: proxy,
  NO_PROXY: list,
  MODELS_FILE: z.string().optional(),
  DEFAULT_MODEL: z.string().optional(),
  DATA_DIR: z.string().default('data'),
  MEDIA_STORE: z
    .string()
    .regex(mediaStore, { error: 'write s3://bucket or s3://bucket/prefix, with letters, digits, -, _ and . only' })
    .optional(),
  S3_ENDPOINT: z
    .string()
    .refine((text) => /^https?:\/\//.test(text) && URL.canParse(text.replace('{bucket}', 'bucket')), {
      error: 'write an http or https address, with {bucket} in it where the bucket is part of the host name',
    })
    .optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  AWS_REGION: z.string().default('us-east-1'),
  DATABASE_URL: z
    .string()
    .refine((url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url), {
      error: 'write postgres://user:password@host:5432/name',
    })
    .optional(),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(1_000).default(10),
  MEDIA_QUOTA_MB: z.coerce.number().positive().default(500),
  VISITOR_TEXT_MB: limit,
  ADDRESS_ADDED_MB_PER_DAY: limit,
  TOTAL_STORED_MB: limit,
  DISK_RESERVE_MB: z.coerce.number().min(0).max(1e9).optional(),
  UNASKED_MEDIA_HOURS: z.coerce.number().positive().default(24),
  KEEP_RUNS_DAYS: z.coerce.number().positive().optional(),
  MEDIA_FETCH_ALLOW: list,
  ACCESS_CODE: z.string().max(200).optional(),
  ADMIN_CODE: z.string().max(200).optional(),
  TRUST_PROXY: list.refine((entries) => entries.every(isRange), {
    error: 'write addresses or ranges such as 127.0.0.1, 10.0.0.0/8',
  }),
  VISITOR_RUNS_AT_ONCE: limit,
  VISITOR_RUNS_PER_MINUTE: limit,
  VISITOR_RUNS_PER_DAY: limit,
  VISITOR_TOKENS_PER_DAY: limit,
  VISITOR_COST_PER_DAY: limit,
  ADDRESS_RUNS_AT_ONCE: limit,
  ADDRESS_RUNS_PER_MINUTE: limit,
  ADDRESS_RUNS_PER_DAY: limit,
  ADDRESS_TOKENS_PER_DAY: limit,
  ADDRESS_COST_PER_DAY: limit,
  TOTAL_RUNS_AT_ONCE: limit,
  TOTAL_RUNS_PER_MINUTE: limit,
  TOTAL_RUNS_PER_DAY: limit,
  TOTAL_TOKENS_PER_DAY: limit,
  TOTAL_COST_PER_DAY: limit,
  FIRST_BYTE_TIMEOUT_S: seconds(180),
  SILENCE_TIMEOUT_S: seconds(300),
  RUN_TIMEOUT_S: seconds(3600),
  LOG_LEVEL: z.enum(['silent', 'error', 'info']).optional(),
  HEARTBEAT_S: z.coerce.number().positive().max(15).default(10),
  SHUTDOWN_GRACE_S: z.coerce.number().min(0).max(86_400).default(30),
})

export type Settings = z.infer<typeof schema>

/** Other programs read these in lower case as well. */
const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY']

/**
 * Throws an Error whose message names the setting that is wrong. Blanks, line ends and quotes around a value are no part
 * of it; an empty one counts as absent.
 */
export function parseSettings(env: Record<string, string | undefined>): Settings {
  const lowered = proxyNames.map((name) => [name, env[name] ?? env[name.toLowerCase()]] as const)
  const given = Object.fromEntries(
    [...Object.entries(env), ...lowered]
      .map(([name, value]) => [name, unquote(value ?? '')] as const)
      .filter(([, value]) => value !== ''),
  )
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new Error(`The setting ${issue?.path.join('.') ?? '?'} is wrong: ${issue?.message ?? 'invalid'}.`)
}

/** The environment over `.env`, where there is one. */
export function readEnvironment(file = '.env'): Record<string, string | undefined> {
  try {
    readFileSync(file)
  } catch {
    return process.env
  }
  process.loadEnvFile(file)
  return process.env
}
