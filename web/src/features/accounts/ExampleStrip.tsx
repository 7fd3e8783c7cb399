import city from '../../ui/examples/city.webp'
import goldenHour from '../../ui/examples/golden-hour.webp'
import sea from '../../ui/examples/sea.webp'

/** The middle one is seen whole on every screen. */
const EXAMPLES = [
  { src: sea, prompt: 'a calm sea under a full moon' },
  { src: goldenHour, prompt: 'a serene mountain landscape at golden hour' },
  { src: city, prompt: 'a city at night in the rain' },
]

/** What the product makes, shown before there is anything of one's own: frames of clips it rendered itself. */
export function ExampleStrip() {
  return (
    <aside className="account-strip" aria-label="Frames of clips made here">
      <ol className="account-frames">
        {EXAMPLES.map(({ src, prompt }, index) => (
          <li key={prompt}>
            <img src={src} alt="" width="896" height="504" decoding="async" />
            <p className="edge-print">
              <span>{prompt}</span>
              <span>{index + 1}</span>
            </p>
          </li>
        ))}
      </ol>
    </aside>
  )
}
