export const regions = ['beijing', 'singapore', 'virginia', 'hongkong', 'frankfurt', 'tokyo'] as const
export type Region = (typeof regions)[number]

export type Protocol = 'openai' | 'dashscope'

/** Frankfurt and Tokyo have no host shared by all workspaces. */
const sharedHosts: Record<Region, string | undefined> = {
  beijing: 'dashscope.aliyuncs.com',
  singapore: 'dashscope-intl.aliyuncs.com',
  virginia: 'dashscope-us.aliyuncs.com',
  hongkong: 'cn-hongkong.dashscope.aliyuncs.com',
  frankfurt: undefined,
  tokyo: undefined,
}

const zones: Record<Region, string> = {
  beijing: 'cn-beijing',
  singapore: 'ap-southeast-1',
  virginia: 'us-east-1',
  hongkong: 'cn-hongkong',
  frankfurt: 'eu-central-1',
  tokyo: 'ap-northeast-1',
}

/** The base URL `createAskUpstream` wants for this protocol, without a slash at the end. */
export function toBaseUrl(region: Region, protocol: Protocol, workspace?: string): string {
  if (workspace !== undefined && !/^[A-Za-z0-9-]+$/.test(workspace)) {
    throw new Error('The workspace id may hold only letters, digits and hyphens, for example ws-1a2b3c.')
  }
  const host = workspace ? `${workspace}.${zones[region]}.maas.aliyuncs.com` : sharedHosts[region]
  if (!host) throw new Error(`The region ${region} needs a workspace id: it has no host without one.`)
  return protocol === 'openai' ? `https://${host}/compatible-mode/v1` : `https://${host}`
}

/** The address of a method below a base URL, whose query, where it has one, goes along. */
export function toMethodUrl(baseUrl: string, path: string): URL {
  const url = new URL(baseUrl)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  return url
}

/** Whether the URL is one of DashScope's own, over https. Other names under aliyuncs.com belong to anyone (OSS buckets). */
export function isDashScope(baseUrl: string): boolean {
  if (!URL.canParse(baseUrl)) return false
  const { protocol, hostname } = new URL(baseUrl)
  if (protocol !== 'https:') return false
  return (
    /^(?:coding\.)?dashscope(?:-[a-z]+)?\.aliyuncs\.com$/.test(hostname) ||
    /^[a-z0-9-]+\.dashscope\.aliyuncs\.com$/.test(hostname) ||
    hostname.endsWith('.maas.aliyuncs.com') ||
    hostname === 'maas.qianwenaiapi.com' ||
    hostname.endsWith('.maas.qianwenaiapi.com')
  )
}

export type Keys = { DASHSCOPE_API_KEY?: string | undefined; MODEL_API_KEY?: string | undefined }

/** The key that may travel to this host. DashScope's key goes nowhere else. */
export function keyFor(baseUrl: string, keys: Keys): string | undefined {
  return (isDashScope(baseUrl) ? keys.DASHSCOPE_API_KEY : keys.MODEL_API_KEY) || undefined
}
