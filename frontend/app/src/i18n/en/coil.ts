import type { coil as ko } from '../ko/coil.ts'
import type { Translation } from '../translation.ts'

export const coil: Translation<typeof ko> = {}
