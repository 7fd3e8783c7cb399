use crate::terminal;

/// Prints the description of the HTTP API.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every command answers the same way"
)]
pub(crate) fn print_openapi() -> anyhow::Result<()> {
    terminal::answer(vita_api::openapi().trim_end());
    Ok(())
}
