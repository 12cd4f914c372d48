import type { alerts as ko } from '../ko/alerts.ts'
import type { Translation } from '../translation.ts'

export const alerts: Translation<typeof ko> = {}
