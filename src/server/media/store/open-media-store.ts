import { join } from 'node:path'
import { prepareFolder } from '../../data-folder.ts'
import type { Settings } from '../../settings.ts'
import { createDiskFiles, type MediaFiles } from './media-store.ts'
import type { S3Watch } from './s3-store.ts'
import type { S3Place } from './s3-requests.ts'

function toS3Place(store: string, settings: Settings): S3Place {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION } = settings
  const needed = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }
  for (const [name, value] of Object.entries(needed)) {
    if (value === undefined) throw new Error(`The setting ${name} is missing: MEDIA_STORE needs it.`)
  }
  const [bucket = '', ...prefix] = store
    .slice('s3://'.length)
    .split('/')
    .filter((part) => part !== '')
  return {
    endpoint: settings.S3_ENDPOINT ?? `https://s3.${AWS_REGION}.amazonaws.com`,
    bucket,
    prefix: prefix.join('/'),
    region: AWS_REGION,
    accessKeyId: AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '',
    ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
  }
}

/** Where the settings say. A store that does not answer is told to `watch` and does not stop the start. */
export async function openMediaFiles(settings: Settings, watch: S3Watch): Promise<MediaFiles> {
  const dir = join(settings.DATA_DIR, 'media')
  if (settings.MEDIA_STORE === undefined) {
    prepareFolder(dir)
    return createDiskFiles(dir)
  }
  const place = toS3Place(settings.MEDIA_STORE, settings)
  // Read only where it is used.
  const { createS3Files } = await import('./s3-store.ts')
  const files = createS3Files(place, join(dir, 'incoming'), watch)
  void files.check().catch(() => {})
  return files
}
