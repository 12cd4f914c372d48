import { useTranslation } from 'react-i18next'

export default function AlertsView() {
  const { t } = useTranslation()
  return <h2>{t('views.alerts')}</h2>
}
