import { Component, type ReactNode } from 'react'

type Props = { text: string; children: ReactNode }

/** Model text is data: where the renderer throws on it, the text itself is shown and the page goes on. */
export class PlainOnError extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false }
  static getDerivedStateFromError = () => ({ hasFailed: true })
  override componentDidCatch(error: unknown) {
    console.error('A text is shown as it was written, as it could not be rendered:', error)
  }
  override render() {
    const { text, children } = this.props
    return this.state.hasFailed ? <div className="whitespace-pre-wrap">{text}</div> : children
  }
}
