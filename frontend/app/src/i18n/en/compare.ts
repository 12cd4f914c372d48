import type { compare as ko } from '../ko/compare.ts'
import type { Translation } from '../translation.ts'

export const compare: Translation<typeof ko> = {}
