/** The environments that make display mathematics by themselves, without any delimiter around. */
export const environments = new Set(
  'equation align flalign aligned alignat alignedat gather gathered multline split eqnarray cases dcases rcases array matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix CD darray subarray'.split(
    ' ',
  ),
)
