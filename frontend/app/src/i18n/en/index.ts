import { alerts } from './alerts.ts'
import { coil } from './coil.ts'
import { common } from './common.ts'
import { compare } from './compare.ts'
import { history } from './history.ts'
import { live } from './live.ts'
import { status } from './status.ts'

export const en = { common, live, compare, history, coil, status, alerts }
