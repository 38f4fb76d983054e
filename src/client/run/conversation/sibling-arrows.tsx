import { useMessages } from '../../i18n.tsx'

type Props = { id: string; siblings: string[]; onShow: (id: string) => void }

/** From one version of a question to the one before or after it. */
export function SiblingArrows({ id, siblings, onShow }: Props) {
  const messages = useMessages()
  const index = siblings.indexOf(id)
  if (siblings.length < 2) return null
  const arrow = (label: string, sign: string, target: string | undefined) => (
    <button
      type="button"
      className="size-9 rounded-full hover:bg-paper-2 disabled:opacity-30"
      aria-label={label}
      disabled={target === undefined}
      onClick={() => target !== undefined && onShow(target)}
    >
      {sign}
    </button>
  )
  return (
    <span className="flex items-center text-sm text-ink-soft tabular-nums print:hidden">
      {arrow(messages.previousVersion, '‹', siblings[index - 1])}
      <span aria-label={messages.version(index + 1, siblings.length)} role="img">
        {index + 1} / {siblings.length}
      </span>
      {arrow(messages.nextVersion, '›', siblings[index + 1])}
    </span>
  )
}
