/** When an image was where, as steps with what lies between them. Pure. */
import type { ImageDetails } from '@coilcast/live-image'

export const STEPS = ['captured', 'written', 'seen', 'pushed', 'painted'] as const
export type StepName = (typeof STEPS)[number]

/** Why nothing is known of a step: nobody watched, it lay there before the service did, or no screen has reported it. */
export type Missing = 'nobody' | 'imported' | 'unreported'

export type Step =
  | { readonly name: StepName; readonly at: number; readonly sinceMs: number | null }
  | { readonly name: StepName; readonly at: null; readonly missing: Missing }

/** In the order of the way; `sinceMs` is the time since the step before that is known. */
export function stepsOf({ image, provenance }: ImageDetails): Step[] {
  let before: number | null = null
  return STEPS.map(name => {
    const time = provenance[`${name}_at`]
    if (time === null)
      return { name, at: null, missing: whyMissing(name, image.imported === true, provenance.pushed_at) }
    const step = { name, at: time, sinceMs: before === null ? null : time - before }
    before = time
    return step
  })
}

function whyMissing(name: StepName, isImported: boolean, pushedAt: number | null): Missing {
  if (isImported) return 'imported'
  return name === 'painted' && pushedAt !== null ? 'unreported' : 'nobody'
}
