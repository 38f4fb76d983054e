import { lazy, Suspense } from 'react'
import { limits, type Model } from '../../shared/config.ts'
import { useMessages } from '../language.tsx'
import { hasHighResolution, usualPixels } from './draft.ts'
import type { DraftState } from './use-draft.ts'

// Loaded when first opened: most questions need none of them.
const FramingDialog = lazy(async () => ({ default: (await import('../framing/framing-dialog.tsx')).FramingDialog }))
const VideoDialog = lazy(async () => ({ default: (await import('../video/video-dialog.tsx')).VideoDialog }))
const CameraDialog = lazy(async () => ({ default: (await import('../camera/camera-dialog.tsx')).CameraDialog }))
const PhoneDialog = lazy(async () => ({ default: (await import('../phone/phone-dialog.tsx')).PhoneDialog }))
const PdfDialog = lazy(async () => ({ default: (await import('../pdf/pdf-dialog.tsx')).PdfDialog }))

/** The dialog about a file that waits for the person, one at a time. */
export function Editors({ state, model }: { state: DraftState; model: Model }) {
  const messages = useMessages()
  const { draft, editing, endEditing } = state
  const rule = model.pixels
  const maxPixels = (hasHighResolution(model, draft) ? rule?.highMax : undefined) ?? rule?.max ?? usualPixels
  if (!editing) return null
  if (editing.kind === 'pdf') {
    return (
      <Suspense>
        <PdfDialog
          file={editing.file}
          room={limits.maxMedia - draft.media.length}
          onDone={(pages, isToCrop) => {
            endEditing()
            void state.addMade(pages, isToCrop)
          }}
          onCancel={endEditing}
        />
      </Suspense>
    )
  }
  if (editing.kind === 'phone') {
    return (
      <Suspense>
        <PhoneDialog
          onDone={(media) => {
            endEditing()
            state.addMedia(messages.capture.photo, media)
          }}
          onCancel={endEditing}
        />
      </Suspense>
    )
  }
  if (editing.kind === 'camera') {
    return (
      <Suspense>
        <CameraDialog
          onDone={(photo) => {
            endEditing()
            void state.addMade([photo], false)
          }}
          onCancel={endEditing}
        />
      </Suspense>
    )
  }
  const { kind, origin } = editing
  return (
    <Suspense>
      {kind === 'picture' ? (
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
      )}
    </Suspense>
  )
}
