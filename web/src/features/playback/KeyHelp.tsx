import { IconButton } from '../../ui/Button.tsx'
import { KEY_HELP } from './playerKeys.ts'

export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <div className="key-help" role="region" aria-label="Keys of the player">
      <div className="key-help-head">
        <h3>Keys</h3>
        <IconButton icon="cross" label="Close the list of keys" onClick={onClose} />
      </div>
      <dl>
        {KEY_HELP.map(({ keys, words }) => (
          <div key={keys}>
            <dt className="figures">{keys}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
