/**
 * A JPEG of this browser's own making without the sRGB profile it puts in: sRGB is what no profile means, and the
 * server keeps as it is what holds nothing but pixels. The colours and the coded pixels stay byte for byte.
 */
export async function dropProfile(jpeg: Blob): Promise<Blob> {
  const head = new DataView(await jpeg.slice(0, 64 * 1024).arrayBuffer())
  const parts: Blob[] = [jpeg.slice(0, 2)]
  for (let at = 2; at + 4 <= head.byteLength;) {
    const marker = head.getUint16(at)
    if (marker === 0xffda) return new Blob([...parts, jpeg.slice(at)], { type: jpeg.type })
    const end = at + 2 + head.getUint16(at + 2)
    const isProfile = marker === 0xffe2
    if (!isProfile) parts.push(jpeg.slice(at, end))
    at = end
  }
  return jpeg
}
