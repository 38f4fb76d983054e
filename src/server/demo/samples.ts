import type { Sample } from '../../shared/config.ts'
import type { DemoSample } from './sample.ts'
import { angleBisector } from './samples/angle-bisector.ts'
import { areaBetween } from './samples/area-between.ts'
import { circleTangent } from './samples/circle-tangent.ts'
import { incline } from './samples/incline.ts'
import { libraryLoans } from './samples/library-loans.ts'
import { quadraticCheck } from './samples/quadratic-check.ts'
import { spinners } from './samples/spinners.ts'

export const demoSamples: DemoSample[] = [
  angleBisector,
  quadraticCheck,
  areaBetween,
  libraryLoans,
  incline,
  circleTangent,
  spinners,
]

/** What the page may know of them: everything but what they play. */
export const samples: Sample[] = demoSamples.map(({ id, language, title, question, image, alt }) => ({
  id,
  language,
  title,
  question,
  image,
  alt,
}))
