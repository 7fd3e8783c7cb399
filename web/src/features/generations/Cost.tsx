import { useQuery } from '@tanstack/react-query'
import { queryKeys } from '../../api/queryKeys.ts'
import { Count } from '../../ui/Count.tsx'
import { formatCount } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { findDashboard } from '../accounts/calls.ts'

/** What can still be spent; undefined until that is known. */
export function useBalance(): number | undefined {
  const { data } = useQuery({ queryKey: queryKeys.dashboard, queryFn: findDashboard })
  return data?.credits.balance
}

/** What something will cost, how that comes about, and what there is. */
export function Cost({ cost, words }: { cost: number; words: string }) {
  const balance = useBalance()
  const isShort = balance !== undefined && balance < cost
  return (
    <p className="cost small">
      <span className="cost-sum">
        <Count of="credit">{cost}</Count>
      </span>
      <span className="quiet">{words}</span>
      {balance !== undefined && (
        <span className={isShort ? 'mark failed' : 'quiet'}>
          {isShort && <Icon name="failed" />}
          You have <span className="figures">{formatCount(balance)}</span>
        </span>
      )}
    </p>
  )
}
