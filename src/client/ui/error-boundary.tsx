import { Component, type ReactNode } from 'react'
import { useMessages } from '../i18n.tsx'

type Props = {
  /** Where one is in view, another may be fine. */
  place?: string
  /** Takes the failed part away, where the page can do without it. */
  onClose?: (() => void) | undefined
  children: ReactNode
}
type State = { hasFailed: boolean; place: string | undefined }

/** Where a part of the page fails, or did not arrive, the rest stays, and the part can be tried again. */
export class MayFail extends Component<Props, State> {
  override state: State = { hasFailed: false, place: this.props.place }
  static getDerivedStateFromError = () => ({ hasFailed: true })
  static getDerivedStateFromProps = ({ place }: Props, state: State) =>
    place === state.place ? null : { hasFailed: false, place }
  override render() {
    const { onClose, children } = this.props
    if (!this.state.hasFailed) return children
    return <Failed onAgain={() => this.setState({ hasFailed: false })} onClose={onClose} />
  }
}

function Failed({ onAgain, onClose }: { onAgain: () => void; onClose: (() => void) | undefined }) {
  const messages = useMessages()
  return (
    <div role="alert" className="mx-auto my-6 flex max-w-xl flex-col gap-3">
      <p className="text-warn">{messages.partFailed}</p>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="button" onClick={onAgain}>
          {messages.tryAgain}
        </button>
        <button type="button" className="button" onClick={() => location.reload()}>
          {messages.reload}
        </button>
        {onClose && (
          <button type="button" className="button" onClick={onClose}>
            {messages.close}
          </button>
        )}
      </div>
    </div>
  )
}
