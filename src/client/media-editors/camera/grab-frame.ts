import { encodePicture } from '../picture/encode-picture.ts'

/** Plays a stream where it can be looked at; resolves once its first picture is there. */
export async function playStream(video: HTMLVideoElement, stream: MediaStream): Promise<void> {
  video.srcObject = stream
  video.muted = true
  video.playsInline = true
  await video.play()
}

export function stopStream(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop()
}

/** What the video shows now as a picture file. */
export async function grabFrame(video: HTMLVideoElement, name: string, isLossless: boolean): Promise<File> {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0)
  const blob = await encodePicture(canvas, isLossless)
  return new File([blob], `${name}.${blob.type === 'image/png' ? 'png' : 'jpg'}`, { type: blob.type })
}

/** One picture of a screen, a window or a tab that the person chooses; nothing where they choose none. */
export async function captureScreen(name: string): Promise<File | undefined> {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') return undefined
    throw error
  })
  if (!stream) return undefined
  try {
    const video = document.createElement('video')
    await playStream(video, stream)
    return await grabFrame(video, name, true)
  } finally {
    stopStream(stream)
  }
}
