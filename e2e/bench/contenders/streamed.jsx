import 'katex/dist/katex.min.css'
import { math } from '@streamdown/math'
import { Streamdown } from 'streamdown'

export const Streamed = ({ text, isStreaming }) => (
  <Streamdown isAnimating={isStreaming} plugins={{ math }}>
    {text}
  </Streamdown>
)
