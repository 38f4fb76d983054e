import type { Node } from '@takumi-rs/core'

type Style = NonNullable<Node['style']>

/** The few layouts the card is made of. */
export const row = (children: Node[], style: Style = {}): Node => ({
  type: 'container',
  style: { display: 'flex', flexDirection: 'row', alignItems: 'center', flexShrink: 0, ...style },
  children,
})
export const column = (children: Node[], style: Style = {}): Node => ({
  type: 'container',
  style: { display: 'flex', flexDirection: 'column', flexShrink: 0, ...style },
  children,
})
export const text = (value: string, style: Style = {}): Node => ({
  type: 'text',
  text: value,
  style: { whiteSpace: 'nowrap', flexShrink: 0, ...style },
})
