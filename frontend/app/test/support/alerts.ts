import type { Alert } from '@coilcast/live-image'
import { T0 } from './images.ts'

/** An alert that began `id` seconds after T0 and is firing. */
export function alert(id: number, more: Partial<Alert> = {}): Alert {
  return {
    id,
    name: 'stall',
    severity: 'critical',
    state: 'firing',
    reason: null,
    camera: null,
    type: null,
    service: null,
    summary: { ko: `알람 ${id}`, en: `Alert ${id}` },
    advice: { ko: '카메라를 확인하십시오.', en: 'Check the camera.' },
    started_at: T0 + id * 1000,
    changed_at: T0 + id * 1000,
    resolved_at: null,
    acknowledged: null,
    silenced_until: null,
    ...more,
  }
}
