import { limits, type Model } from '../../shared/config.ts'
import { useMessages } from '../i18n.tsx'
import { lazyPart } from '../ui/lazy-part.tsx'
import { toMaxPixels } from './draft.ts'
import type { DraftState } from './use-draft.ts'

// Loaded when first opened: most questions need none of them.
const FramingDialog = lazyPart(async () => (await import('../media-editors/picture/picture-editor.tsx')).PictureEditor)
const VideoDialog = lazyPart(async () => (await import('../media-editors/video/video-dialog.tsx')).VideoDialog)
const CameraDialog = lazyPart(async () => (await import('../media-editors/camera/camera-dialog.tsx')).CameraDialog)
const PhoneDialog = lazyPart(async () => (await import('../media-editors/phone/phone-dialog.tsx')).PhoneDialog)
const PdfDialog = lazyPart(async () => (await import('../media-editors/pdf/pdf-dialog.tsx')).PdfDialog)

/** The dialog about a file that waits for the person, one at a time. */
export function Editors({ state, model }: { state: DraftState; model: Model }) {
  const messages = useMessages()
  const { draft, editing, endEditing } = state
  const maxPixels = toMaxPixels(model, draft)
  if (!editing) return null
  if (editing.kind === 'pdf') {
    return (
      <PdfDialog
        file={editing.file}
        room={limits.maxMedia - draft.media.length}
        onDone={(pages, isToCrop) => {
          endEditing()
          void state.addMade(pages, isToCrop)
        }}
        onCancel={endEditing}
      />
    )
  }
  if (editing.kind === 'phone') {
    return (
      <PhoneDialog
        onDone={(media) => {
          endEditing()
          state.addMedia(messages.capture.photo, media)
        }}
        onCancel={endEditing}
      />
    )
  }
  if (editing.kind === 'camera') {
    return (
      <CameraDialog
        onDone={(photo) => {
          endEditing()
          void state.addMade([photo], false)
        }}
        onCancel={endEditing}
      />
    )
  }
  const { kind, origin } = editing
  return kind === 'picture' ? (
    <FramingDialog
      key={origin}
      readFile={() => state.readOrigin(origin)}
      frame={draft.frames?.[origin]}
      maxCrops={limits.maxMedia - draft.media.filter((item) => item.origin !== origin).length}
      maxPixels={maxPixels}
      onDone={(file, frame) => {
        endEditing()
        void state.frame(origin, file, frame, maxPixels)
      }}
      onCancel={endEditing}
    />
  ) : (
    <VideoDialog
      key={origin}
      readFile={() => state.readOrigin(origin)}
      model={model}
      onDone={(file, taken) => {
        endEditing()
        void state.addTaken(origin, file, taken)
      }}
      onCancel={endEditing}
    />
  )
}
