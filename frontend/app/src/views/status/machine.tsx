/** Who looks, and what room is left. */
import type { DiskStatus, SystemStatus } from '@coilcast/live-image'
import { formatBytes } from '../../format.ts'
import { sayOr, useTranslation } from '../../i18n/translate.ts'
import { useLook } from '../../look/look.ts'
import { Sign } from '../../parts/sign.tsx'
import { diskFigures, formatPercent } from './figures.ts'
import styles from './machine.module.css'
import card from './status.module.css'

export function Clients({ status }: { status: SystemStatus }) {
  const { t } = useTranslation('status')
  const { language } = useLook()
  const { websocket, long_poll } = status.clients
  return (
    <section className={card.card} aria-labelledby="clients">
      <h3 id="clients" className={card.title}>
        {t('clients.title')}
      </h3>
      <dl className={styles.clients}>
        <div>
          <dt>{t('clients.websocket')}</dt>
          <dd data-testid="clients">{websocket.toLocaleString(language)}</dd>
        </div>
        <div>
          <dt>{t('clients.long_poll')}</dt>
          <dd>{long_poll.toLocaleString(language)}</dd>
        </div>
      </dl>
    </section>
  )
}

export function Disks({ status }: { status: SystemStatus }) {
  const { t } = useTranslation('status')
  return (
    <section className={card.card} aria-labelledby="disks">
      <h3 id="disks" className={card.title}>
        {t('disks.title')}
      </h3>
      {status.disks.length === 0 && <p className={card.minor}>{t('disks.none')}</p>}
      {status.disks.map(disk => (
        <Disk key={`${disk.role} ${disk.path}`} disk={disk} />
      ))}
    </section>
  )
}

function Disk({ disk }: { disk: DiskStatus }) {
  const { t } = useTranslation('status')
  const { level, free, trouble } = diskFigures(disk)
  const size = (bytes: number | null) => (bytes === null ? t('unknown') : formatBytes(bytes))
  return (
    <div className={styles.disk} data-level={level}>
      <p className={styles.name}>
        <Sign level={level} />
        {sayOr(t, `disks.roles.${disk.role}`, disk.role)}
        <strong>
          {free === null
            ? t('unknown')
            : t('disks.free', { percent: formatPercent(free), size: size(disk.free_bytes) })}
        </strong>
      </p>
      {free !== null && (
        <svg className={styles.bar} viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
          <rect width={(1 - free) * 100} height="1" />
        </svg>
      )}
      <p className={card.minor}>
        <bdi>{disk.path}</bdi> · {t('disks.total', { size: size(disk.total_bytes) })}
      </p>
      {trouble !== null && <p className={styles.warning}>{t(`disks.${trouble}`)}</p>}
    </div>
  )
}
