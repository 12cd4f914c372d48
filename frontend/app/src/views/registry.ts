/** The views, in the order of the tabs: its icon, its key, and where its code is. Each is loaded when it is first opened. */
import { Activity, BellRing, Columns2, History, type LucideIcon, MonitorPlay, Rows3 } from 'lucide-react'
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import type { View } from '../place/place.ts'
// The first screen needs no second request.
import { LiveView } from './live/live.tsx'

interface ViewEntry {
  readonly icon: LucideIcon
  readonly key: string
  readonly component: ComponentType | LazyExoticComponent<ComponentType>
  /** It has a place of its own for the state of the link and the way out of kiosk mode. */
  readonly hasKioskBar?: true
}

export const REGISTRY: Record<View, ViewEntry> = {
  live: { icon: MonitorPlay, key: '1', component: LiveView, hasKioskBar: true },
  compare: { icon: Columns2, key: '2', component: lazy(() => import('./compare/compare.tsx')), hasKioskBar: true },
  history: { icon: History, key: '3', component: lazy(() => import('./history/history.tsx')) },
  coil: { icon: Rows3, key: '4', component: lazy(() => import('./coil/coil.tsx')) },
  status: { icon: Activity, key: '5', component: lazy(() => import('./status/status.tsx')) },
  alerts: { icon: BellRing, key: '6', component: lazy(() => import('./alerts/alerts.tsx')) },
}
