import { definition } from 'micromark-core-commonmark'
import type { Construct, Extension } from 'micromark-util-types'

/** Whether a label follows that begins with `[^`. */
const noteLabel: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    return (bracket) => {
      effects.enter('labelMarker')
      effects.consume(bracket)
      effects.exit('labelMarker')
      return (code) => (code === 94 ? ok(code) : nok(code))
    }
  },
}

const linkDefinition: Construct = {
  ...definition,
  name: 'linkDefinition',
  tokenize(effects, ok, nok) {
    return effects.check(noteLabel, nok, definition.tokenize.call(this, effects, ok, nok))
  },
}

/** `[^1]: …` is a note to be shown, and defines no link. */
export const noteSyntax: Extension = {
  contentInitial: { 91: linkDefinition },
  disable: { null: ['definition'] },
}
