/** Who takes notice of an alert, and what they have to say about it. */
import type { Alert } from '@coilcast/live-image'
import { useTranslation } from '../../i18n/translate.ts'
import type { Signature } from './acknowledging.ts'
import { SignDialog } from './sign-dialog.tsx'

interface AcknowledgeDialogProps {
  alert: Alert
  /** What was tried or said before. */
  before: Signature | null
  onSend(signature: Signature): void
  onClose(): void
}

export function AcknowledgeDialog(props: AcknowledgeDialogProps) {
  const { t } = useTranslation('alerts')
  return (
    <SignDialog
      {...props}
      title={t('acknowledge.title')}
      explain={t('acknowledge.explain')}
      sendLabel={t('acknowledge.send')}
    />
  )
}
