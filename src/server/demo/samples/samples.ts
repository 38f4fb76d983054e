import type { Sample } from '../../../shared/config.ts'
import type { DemoSample } from './sample.ts'
import { angleBisector } from './angle-bisector.ts'
import { areaBetween } from './area-between.ts'
import { circleTangent } from './circle-tangent.ts'
import { incline } from './incline.ts'
import { libraryLoans } from './library-loans.ts'
import { quadraticCheck } from './quadratic-check.ts'
import { spinners } from './spinners.ts'

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
