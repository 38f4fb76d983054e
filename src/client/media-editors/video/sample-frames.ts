import { fitSize } from '../../../shared/picture-size.ts'

export type Trim = { start: number; end: number }

const quality = 0.75
const presentedMs = 1_000

/** When to look, in seconds: the middle of each of the equal parts that the rate cuts the trimmed time into. */
export function toTimes({ start, end }: Trim, fps: number): number[] {
  const count = Math.max(1, Math.round((end - start) * fps))
  return Array.from({ length: count }, (_, index) => start + ((index + 0.5) * (end - start)) / count)
}

/** A video of this machine, ready to be looked at anywhere; throws where the browser does not play it. */
export async function openVideo(file: File, signal: AbortSignal): Promise<HTMLVideoElement> {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.preload = 'auto'
  video.src = URL.createObjectURL(file)
  signal.addEventListener('abort', () => closeVideo(video), { once: true })
  const shown = presented(video)
  await once(video, 'loadeddata', signal)
  await shown
  // What a recorder wrote without an index tells its length only once its end was sought.
  if (!Number.isFinite(video.duration)) {
    video.currentTime = Number.MAX_SAFE_INTEGER
    await once(video, 'durationchange', signal)
  }
  return video
}

export function closeVideo(video: HTMLVideoElement) {
  URL.revokeObjectURL(video.src)
  video.removeAttribute('src')
  video.load()
}

function once(video: HTMLVideoElement, event: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { once: true, signal })
    video.addEventListener('error', () => reject(new Error('the browser does not play it')), { once: true, signal })
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

/** That a place was reached does not say that its picture is there: drawn too early it is black. */
function presented(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve())
    // An old browser does not tell, nor any in a page that nobody sees.
    setTimeout(resolve, presentedMs)
  })
}

/** The frame shown at a time, as a JPEG of at most `maxPixels`. The browser turns what a phone filmed upright. */
async function readFrame(video: HTMLVideoElement, time: number, maxPixels: number, signal: AbortSignal): Promise<Blob> {
  const isThere = Promise.all([once(video, 'seeked', signal), presented(video)])
  video.currentTime = time
  await isThere
  const size = { width: video.videoWidth, height: video.videoHeight }
  const { width, height } = fitSize(size, maxPixels, Infinity)
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0, width, height)
  return await canvas.convertToBlob({ type: 'image/jpeg', quality })
}

/** Frames at these times, one after another; `onFrame` hears of each. */
export async function sampleFrames(
  video: HTMLVideoElement,
  times: number[],
  maxPixels: number,
  signal: AbortSignal,
  onFrame: (frame: Blob, index: number) => void,
): Promise<Blob[]> {
  const frames: Blob[] = []
  for (const [index, time] of times.entries()) {
    signal.throwIfAborted()
    const frame = await readFrame(video, Math.min(time, video.duration - 0.01), maxPixels, signal)
    frames.push(frame)
    onFrame(frame, index)
  }
  return frames
}
