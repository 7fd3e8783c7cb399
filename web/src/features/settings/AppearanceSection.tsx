import { THEMES, setTheme, useTheme } from '../../ui/theme.ts'

/** How the app looks on this device. */
export function AppearanceSection() {
  const theme = useTheme()
  return (
    <section className="settings-part" aria-labelledby="appearance-title">
      <h2 id="appearance-title">Appearance</h2>
      <fieldset className="choices">
        <legend>Light or dark</legend>
        <div className="choices-row">
          {THEMES.map(({ value, words }) => (
            <label className="choice" key={value}>
              <input
                type="radio"
                name="theme"
                value={value}
                checked={theme === value}
                onChange={() => setTheme(value)}
              />
              <span>{words}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <p className="quiet settings-lead">
        System follows your device, also when it changes in the evening. The choice is kept in this browser.
      </p>
    </section>
  )
}
