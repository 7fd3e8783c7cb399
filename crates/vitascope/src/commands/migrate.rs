use crate::config::Config;
use crate::{installation, runtime, terminal};

/// Brings the database's schema up to date and says what that took.
pub(crate) fn migrate(config: &Config) -> anyhow::Result<()> {
    let applied = runtime::build()?.block_on(installation::migrate(config))?;
    for name in &applied {
        terminal::answer(format_args!("applied {name}"));
    }
    if applied.is_empty() {
        terminal::answer("the schema is up to date");
    }
    Ok(())
}
