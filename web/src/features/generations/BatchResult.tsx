import { describeError } from '../../api/problem.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon, type IconName } from '../../ui/Icon.tsx'
import { Words } from '../../ui/Words.tsx'
import type { Ask, BatchItem } from './batch.ts'
import { isShortOfCredits } from './GenerateProblem.tsx'
import type { useBatch } from './useBatch.ts'

/** What became of each ask; nothing is lost among those that went well. */
export function BatchResult({ batch }: { batch: ReturnType<typeof useBatch> }) {
  const { items, isPending, startAgain } = batch
  const accepted = items.filter(({ ask }) => ask.state === 'accepted').length
  const left = items.length - accepted
  return (
    <>
      <p role="status">
        {isPending
          ? `Asking for ${items.length} clips; ${accepted} are accepted so far.`
          : `${accepted} of ${items.length} clips are accepted. They are being made, also when you close this.`}
      </p>
      <ul className="batch-list" tabIndex={0} aria-label="What became of each scene">
        {items.map((item) => (
          <Line key={item.sceneId} item={item} />
        ))}
      </ul>
      {!isPending && left > 0 && (
        <Button icon="retry" onClick={startAgain}>
          {left === 1
            ? 'Ask again for the one that is missing'
            : `Ask again for the ${left} that are missing`}
        </Button>
      )}
    </>
  )
}

function Line({ item }: { item: BatchItem }) {
  const { tone, icon, words } = tellAsk(item.ask)
  return (
    <li className="batch-scene">
      <span className="figures">{item.number}</span>
      <span className="batch-words">{item.body.prompt}</span>
      <span className={`mark ${tone} batch-ask`}>
        <Icon name={icon} />
        <span>
          <Words>{words}</Words>
        </span>
      </span>
    </li>
  )
}

function tellAsk(ask: Ask): { tone: string; icon: IconName; words: string } {
  switch (ask.state) {
    case 'waiting':
      return { tone: 'waiting', icon: 'waiting', words: 'Not asked yet' }
    case 'sending':
      return { tone: 'working', icon: 'working', words: 'Asking' }
    case 'accepted':
      return { tone: 'done', icon: 'done', words: 'Accepted' }
    case 'heldBack':
      return { tone: 'waiting', icon: 'stopped', words: 'Not asked for' }
    case 'refused': {
      const more = isShortOfCredits(ask.error) ? ' Shorter clips or a cheaper model need fewer credits.' : ''
      return { tone: 'failed', icon: 'failed', words: `${describeError(ask.error)}${more}` }
    }
  }
}
