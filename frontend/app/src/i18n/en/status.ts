import type { status as ko } from '../ko/status.ts'
import type { Translation } from '../translation.ts'

export const status: Translation<typeof ko> = {}
