/** The alerts that one link after the other tells of, and who listens to them. */
import { type Alert, doubtAlerts, dropDoubted, type FiringAlerts, hearAlert, NO_ALERTS } from './alerts.ts'

export class AlertBoard {
  readonly #show: (firing: readonly Alert[]) => void
  readonly #listeners = new Set<(alert: Alert) => void>()
  #state: FiringAlerts = NO_ALERTS

  /** `show` is called with those that are firing whenever they may have changed. */
  constructor(show: (firing: readonly Alert[]) => void) {
    this.#show = show
  }

  listen(listener: (alert: Alert) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  hear(alert: Alert): void {
    this.#set(hearAlert(this.#state, alert))
    for (const listener of [...this.#listeners]) listener(alert)
  }

  /** A new link: what it does not tell is over. */
  connected(): void {
    this.#state = doubtAlerts(this.#state)
  }

  /** It has told all. */
  complete(): void {
    this.#set(dropDoubted(this.#state))
  }

  clear(): void {
    this.#state = NO_ALERTS
  }

  #set(state: FiringAlerts): void {
    this.#state = state
    this.#show(state.firing)
  }
}
