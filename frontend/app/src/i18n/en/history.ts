import type { history as ko } from '../ko/history.ts'
import type { Translation } from '../translation.ts'

export const history: Translation<typeof ko> = {}
