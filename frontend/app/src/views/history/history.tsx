import { useTranslation } from 'react-i18next'

export default function HistoryView() {
  const { t } = useTranslation()
  return <h2>{t('views.history')}</h2>
}
