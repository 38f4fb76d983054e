declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  type HeifImage = {
    get_width(): number
    get_height(): number
    is_primary(): boolean
    display(target: ImageData, done: (filled: ImageData | null) => void): void
    free(): void
  }
  type Libheif = { ready: Promise<unknown>; HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] } }
  export default function createLibheif(): Libheif
}
