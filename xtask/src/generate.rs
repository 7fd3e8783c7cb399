//! Rewrites the files that are made from others. Their own tests tell when one is stale.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use anyhow::{Context as _, bail, ensure};

/// The HTTP contract as the router states it, and what the web client is made from.
const OPENAPI: &str = "docs/api/openapi.json";

/// Writes `docs/api/openapi.json` from the binary and the web's client from that.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let document = capture(
        root,
        "cargo",
        &["run", "--quiet", "-p", "vitascope", "--", "openapi"],
    )?;
    ensure!(
        document.trim_start().starts_with('{'),
        "`vitascope openapi` printed no JSON object"
    );
    let path = root.join(OPENAPI);
    let was = fs::read_to_string(&path).unwrap_or_default();
    if was != document {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("failed to make `{}`", folder.display()))?;
        }
        fs::write(&path, &document)
            .with_context(|| format!("failed to write `{}`", path.display()))?;
    }
    capture(root, "npm", &["--prefix", "web", "run", "gen"]).map(drop)
}

/// Runs a command in `root` and returns what it printed; its errors go to the terminal.
#[expect(
    clippy::disallowed_methods,
    reason = "a developer's tool that runs cargo and npm; nothing of it is in the product"
)]
fn capture(root: &Path, program: &str, args: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(root)
        .stderr(io::stderr())
        .output()
        .with_context(|| format!("failed to start `{program}`"))?;
    if !output.status.success() {
        bail!(
            "`{program} {}` ended with {}",
            args.join(" "),
            output.status
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{program}` printed no UTF-8"))
}
