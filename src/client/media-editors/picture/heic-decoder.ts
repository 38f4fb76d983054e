import createLibheif from 'libheif-js/libheif-wasm/libheif-bundle.mjs'

export type HeicReply = { picture: ImageBitmap } | { failed: string }
const scope = self as unknown as { postMessage: (reply: HeicReply, transfer: Transferable[]) => void }
const library = createLibheif()

/** The file's main picture; the library turns it upright itself. */
async function decode(file: Blob): Promise<ImageBitmap> {
  await library.ready
  const images = new library.HeifDecoder().decode(new Uint8Array(await file.arrayBuffer()))
  const image = images.find((candidate) => candidate.is_primary()) ?? images[0]
  if (!image) throw new Error('no picture in it')
  const pixels = new ImageData(image.get_width(), image.get_height())
  await new Promise<void>((resolve, reject) =>
    image.display(pixels, (filled) => (filled ? resolve() : reject(new Error('damaged')))),
  )
  for (const used of images) used.free()
  return await createImageBitmap(pixels)
}

addEventListener('message', async (event: MessageEvent<Blob>) => {
  try {
    const picture = await decode(event.data)
    scope.postMessage({ picture }, [picture])
  } catch (error) {
    scope.postMessage({ failed: String(error) }, [])
  }
})
