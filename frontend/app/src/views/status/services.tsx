/** The processes of the node. */
import type { ServiceStatus, SystemStatus } from '@coilcast/live-image'
import { useState } from 'react'
import { formatAge, formatBytes } from '../../format.ts'
import { sayOr, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import { cpuShares, roleOf, type Shares, serviceLevel } from './figures.ts'
import styles from './services.module.css'
import card from './status.module.css'

export function Services({ status }: { status: SystemStatus }) {
  const { t } = useTranslation('status')
  const shares = useShares(status)
  return (
    <section className={card.card} aria-labelledby="services">
      <h3 id="services" className={card.title}>
        {t('services.title')}
      </h3>
      {status.services.length === 0 ? (
        <p className={card.minor}>{t('services.none')}</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              {(['name', 'state', 'uptime', 'restarts', 'memory', 'cpu', 'queue'] as const).map(column => (
                <th key={column} scope="col" data-column={column}>
                  {t(`services.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {status.services.map(service => (
              <Row key={service.name} service={service} at={status.at} share={shares.get(service.name)} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Row({ service, at, share }: { service: ServiceStatus; at: number; share: number | undefined }) {
  const { t } = useTranslation('status')
  const { t: common } = useTranslation()
  const { language } = useLook()
  const { name, state, pid, since, restarts, queue, memory_bytes } = service
  const level = serviceLevel(state)
  const uptimeS = since > 0 ? Math.max(0, Math.floor((at - since) / 1000)) : null
  const cells: [column: 'uptime' | 'restarts' | 'memory' | 'cpu' | 'queue', value: string | null][] = [
    ['uptime', uptimeS === null ? null : formatAge(uptimeS, common)],
    ['restarts', restarts.toLocaleString(language)],
    ['memory', memory_bytes === null ? null : formatBytes(memory_bytes)],
    ['cpu', share === undefined ? null : `${share < 10 ? share.toFixed(1) : Math.round(share)} %`],
    ['queue', queue.toLocaleString(language)],
  ]
  return (
    <tr data-level={level}>
      <th scope="row" data-column="name">
        <bdi>{name}</bdi>
        <small>
          {sayOr(t, `roles.${roleOf(name)}`, '')}
          {pid !== null && pid > 0 ? ` · PID ${pid}` : ''}
        </small>
      </th>
      <td data-column="state">
        <span className={styles.state}>
          <Sign level={level} />
          {sayOr(t, `states.${state}`, state)}
        </span>
      </td>
      {cells.map(([column, value]) => (
        <td key={column} data-column={column} data-label={t(`services.${column}`)}>
          {value ?? <Unknown />}
        </td>
      ))}
    </tr>
  )
}

function Unknown() {
  const { t } = useTranslation('status')
  return (
    <>
      <span aria-hidden="true">–</span>
      <span className="hidden">{t('unknown')}</span>
    </>
  )
}

/** From two answers in a row; the last known stay while the same answer is looked at. */
function useShares(status: SystemStatus): Shares {
  const [seen, setSeen] = useState<{ status: SystemStatus; shares: Shares }>({ status, shares: new Map() })
  if (seen.status === status) return seen.shares
  const next = { status, shares: cpuShares(seen.status, status, seen.shares) }
  setSeen(next)
  return next.shares
}
