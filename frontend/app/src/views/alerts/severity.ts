import type { AlertSeverity } from '@coilcast/live-image'
import type { Level } from '../../parts/sign.tsx'

export const LEVELS: Record<AlertSeverity, Level> = { critical: 'bad', warning: 'warn', info: 'info' }
