import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'

interface PromptConflictProps {
  mine: string
  theirs: string
  onResolve: (choice: 'mine' | 'theirs') => void
}

/** Somebody else changed the words meanwhile: both are shown, and a person decides. */
export function PromptConflict({ mine, theirs, onResolve }: PromptConflictProps) {
  return (
    <div className="conflict" role="alert">
      <p className="conflict-head">
        <Icon name="failed" />
        These words were changed elsewhere while you wrote. Nothing is overwritten until you choose.
      </p>
      <div className="conflict-texts">
        <div>
          <h3>There</h3>
          <p className="conflict-text">{theirs === '' ? <i>No words</i> : theirs}</p>
          <Button onClick={() => onResolve('theirs')}>Take those from there</Button>
        </div>
        <div>
          <h3>Here</h3>
          <p className="conflict-text">{mine === '' ? <i>No words</i> : mine}</p>
          <Button onClick={() => onResolve('mine')}>Keep mine</Button>
        </div>
      </div>
    </div>
  )
}
