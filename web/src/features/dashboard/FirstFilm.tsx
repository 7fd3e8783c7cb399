import city from '../../ui/examples/city.webp'
import goldenHour from '../../ui/examples/golden-hour.webp'
import sea from '../../ui/examples/sea.webp'
import { Frame } from '../../ui/Frame.tsx'

const EXAMPLES = [
  { src: sea, prompt: 'a calm sea under a full moon' },
  { src: goldenHour, prompt: 'a serene mountain landscape at golden hour' },
  { src: city, prompt: 'a city at night in the rain' },
]

/** What is said to somebody who has nothing to go on with: what a film is here, and that it begins with a title. */
export function FirstFilm() {
  return (
    <section className="continue" aria-labelledby="first-title">
      <div className="continue-words">
        <h1 id="first-title">Make your first film</h1>
        <p>
          Nothing here yet. A project is a film in the making: give it a title below, then write what each
          scene shows. This one has three scenes, each rendered from the words beneath it.
        </p>
      </div>
      {/* Nothing in it takes the focus, so the strip itself does, for the keys to scroll it. */}
      <div className="film continue-film" role="group" aria-label="An example of three scenes" tabIndex={0}>
        <ol className="film-frames">
          {EXAMPLES.map(({ src, prompt }, index) => (
            <li key={prompt}>
              <Frame src={src} alt="" />
              <span className="edge-print">
                <span className="first-prompt">{prompt}</span>
                <span>{index + 1}</span>
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}
