import type { ButtonHTMLAttributes } from 'react'
import { Icon, type IconName } from './Icon.tsx'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: 'primary' | 'plain' | 'danger'
  icon?: IconName
  /** The words while the action is under way; the button takes no second press meanwhile. */
  pendingWords?: string
  isPending?: boolean
}

export function Button({ tone, icon, pendingWords, isPending = false, children, ...rest }: ButtonProps) {
  const { className, disabled, ...attributes } = rest
  const classes = ['button', tone === 'danger' ? 'plain danger' : tone, className]
  return (
    <button
      type="button"
      {...attributes}
      className={classes.filter(Boolean).join(' ')}
      disabled={disabled === true || isPending}
      aria-busy={isPending || undefined}
    >
      {icon !== undefined && <Icon name={icon} />}
      {isPending && pendingWords !== undefined ? pendingWords : children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName
  /** What the button does: its accessible name and its tooltip. */
  label: string
}

export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={['button', 'icon-only', className].filter(Boolean).join(' ')}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  )
}
