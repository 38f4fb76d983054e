/** A PDF from page contents and, where they draw /Im, a JPEG: enough of the format for what a printer or a scanner writes. */
function createPdf(pages: string[], jpeg?: { bytes: Buffer; width: number; height: number }): Buffer {
  const objects: Buffer[] = []
  const add = (text: string, stream?: Buffer) => {
    const head = stream ? `${text.replace('>>', `/Length ${stream.byteLength} >>`)}\nstream\n` : text
    objects.push(Buffer.concat([Buffer.from(head), ...(stream ? [stream, Buffer.from('\nendstream')] : [])]))
    return objects.length
  }
  add('<< /Type /Catalog /Pages 2 0 R >>')
  const kids = pages.map((_, index) => `${5 + index * 2} 0 R`).join(' ')
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`)
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  if (jpeg) {
    const { bytes, width, height } = jpeg
    add(
      `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode >>`,
      bytes,
    )
  } else add('null')
  for (const content of pages) {
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents ${objects.length + 2} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /Im 4 0 R >> >> >>`,
    )
    add('<< >>', Buffer.from(content))
  }
  let body = Buffer.from('%PDF-1.4\n')
  const offsets = objects.map((object, index) => {
    const at = body.byteLength
    body = Buffer.concat([body, Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')])
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const size = objects.length + 1
  return Buffer.concat([
    body,
    Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`),
    Buffer.from(`trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${body.byteLength}\n%%EOF\n`),
  ])
}

/** Pages of one colour above and print below, in a font that is not in the file. */
export const digitalPdf = (colors: [number, number, number][]) =>
  createPdf(
    colors.map(
      (color, index) =>
        `${color.join(' ')} rg 0 200 300 200 re f 0 0 0 rg BT /F 40 Tf 20 100 Td (Page ${index + 1} iii WWW) Tj ET`,
    ),
  )

export const scannedPdf = (jpeg: { bytes: Buffer; width: number; height: number }) =>
  createPdf(['q 300 0 0 400 0 0 cm /Im Do Q'], jpeg)
