import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { BlockView, createKit, type Kit } from './block.tsx'
import { toNamed } from './named-definitions.ts'
import { FormulaMenu } from './formula-menu.tsx'
import type { Labels } from './labels.ts'
import type { Definitions } from '../../shared/markdown/definitions.ts'
import { createSplitter, toClassName, type Group } from '../../shared/markdown/split-blocks.ts'
import { toClipboard } from './to-clipboard.ts'
import { useReady } from './use-idle-groups.ts'
import { createViewport } from './viewport.ts'
import 'katex/dist/katex.min.css'
import './markdown.css'

type GroupProps = {
  group: Group
  index: number
  definitions: Definitions
  isReady: boolean
  isNearAtStart: boolean
  isGrowing: boolean
  onNear: (index: number) => void
  renderContext: Kit
}

const GroupView = memo(function GroupView(props: GroupProps) {
  const { group, index, definitions, isReady, isNearAtStart, isGrowing, onNear, renderContext } = props
  const place = useRef<HTMLDivElement>(null)
  useEffect(
    () => (place.current ? renderContext.viewport.watch(place.current, () => onNear(index)) : undefined),
    [renderContext, index, onNear],
  )
  const lines = group.blocks.reduce((sum, { text }) => sum + 1 + text.length / 50, 0)
  return (
    <div
      ref={place}
      className="md-group"
      data-start={isNearAtStart ? 'near' : 'far'}
      style={{ containIntrinsicBlockSize: `auto ${Math.round(lines * 1.6)}em` }}
    >
      {isReady ? (
        group.blocks.map((block, at) => (
          <div key={at} className={toClassName(block)}>
            <BlockView
              block={block}
              definitions={toNamed(block, [block], definitions)}
              isGrowing={isGrowing && at === group.blocks.length - 1}
              renderContext={renderContext}
            />
          </div>
        ))
      ) : (
        <p className="md-plain">{group.blocks.map(({ text }) => text).join('')}</p>
      )}
    </div>
  )
})

type Props = { text: string; isStreaming: boolean; labels: Labels }

/**
 * Model text as Markdown with formulas. A finished block is parsed and rendered once; only the growing end is worked on
 * again. Formulas are drawn near the view; the text of all is there to be found and selected.
 */
export function Markdown({ text, isStreaming, labels }: Props) {
  const [split] = useState(createSplitter)
  const [viewport] = useState(createViewport)
  const renderContext = useMemo(() => createKit(labels, viewport), [labels, viewport])
  const [chosen, setChosen] = useState<HTMLElement>()
  const { groups, definitions } = split(text, isStreaming)
  const { waiting, hurry } = useReady(groups.length)
  const closeMenu = useCallback(() => setChosen(undefined), [])
  const root = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = root.current
    const handleCopy = (event: ClipboardEvent) => {
      if (element && event.clipboardData && toClipboard(element, event.clipboardData)) event.preventDefault()
    }
    const handleClick = ({ target }: MouseEvent) => {
      const formula = (target as Element).closest<HTMLElement>('[data-tex]')
      if (formula && getSelection()?.isCollapsed !== false) setChosen(formula)
    }
    const handleKey = ({ key, target }: KeyboardEvent) => {
      const formula =
        (target as Element).matches('.md-scroller') &&
        (target as Element).querySelector<HTMLElement>(':scope > [data-tex]')
      if (key === 'Enter' && formula) setChosen(formula)
    }
    element?.addEventListener('copy', handleCopy)
    element?.addEventListener('click', handleClick)
    element?.addEventListener('keydown', handleKey)
    return () => {
      element?.removeEventListener('copy', handleCopy)
      element?.removeEventListener('click', handleClick)
      element?.removeEventListener('keydown', handleKey)
    }
  }, [])
  const last = groups.length - 1
  return (
    <div ref={root} className="md">
      {groups.map((group, index) => (
        <GroupView
          key={index}
          group={group}
          index={index}
          definitions={toNamed(group, group.blocks, definitions)}
          isReady={!waiting.has(index)}
          isNearAtStart={index === 0 || (isStreaming && index >= last - 1)}
          isGrowing={isStreaming && index === last}
          onNear={hurry}
          renderContext={renderContext}
        />
      ))}
      {chosen && <FormulaMenu formula={chosen} labels={labels} onClose={closeMenu} />}
    </div>
  )
}
