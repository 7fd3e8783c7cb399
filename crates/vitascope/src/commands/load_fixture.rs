//! `seed --load-test`: accounts, projects and a history for load tests, of any size.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use vita_ai::{Fallback, SIMULATED_CLIP, SIMULATED_POSTER};
use vita_app::{LOCAL_MODEL, ProvisionedKey};
use vita_blob::BlobKey;
use vita_db::DbError;
use vita_model::{Credits, Email, GenerationId, Id, LedgerEntryId, Name, Role, Scope, UserId};
use vita_store::accounts::{User, add_user};
use vita_store::credits::{self, Posting};
use vita_store::load_fixture::{self, ACCOUNTS, MadeWith, Share, Span, opened_at, user_id};

use super::load_plan::{GENERATIONS_MAX, GENERATIONS_MIN, PROJECTS_MAX, Scale};
use super::signals::Signals;
use crate::config::{Config, Mode};
use crate::installation::Installation;
use crate::terminal;

/// Passwords that are hashed at once; each has a thread of its own as far as there are cores.
const HASHES_AT_ONCE: usize = 32;

/// Accounts whose projects are written in one transaction: some thousand scenes.
const ACCOUNTS_A_TRANSACTION: usize = 20;

/// Accounts whose clips are put in place together: each time the file system is synchronised once.
const ACCOUNTS_OF_CLIPS: usize = 50;

/// Generations of one transaction, about: a second or so of a database's time.
const GENERATIONS_A_TRANSACTION: u64 = 20_000;

/// The history is made in so many parts, each for all accounts, so that rows of different accounts
/// lie beside each other as in a history that grew. Each brings all lists up to date.
const PARTS: u64 = 5;

/// Transactions at once, each for other accounts, on a database that runs several.
const TRANSACTIONS_AT_ONCE: usize = 4;

/// Longest wait for the database, and for a statement: on a history of millions, a transaction takes as
/// long as it takes, and nobody waits behind a command that fills an installation.
const PATIENCE: Duration = Duration::from_mins(10);

/// What an account gets to spend: more than any test spends.
const GRANT: Credits = Credits(1_000_000_000);

/// What an account has at least after seeding again.
const BALANCE_MIN: Credits = Credits(GRANT.0 / 2);

/// Keys for sockets: one for each generation `gen_test_1` to `gen_test_1000`.
const SOCKET_KEYS: u32 = 1_000;

/// What a load test needs.
#[derive(Debug, Args)]
pub(super) struct LoadFixtureArgs {
    /// Make the accounts loadtest-001@test.com to loadtest-500@test.com (passwords test-password-001
    /// and so on) with projects and a history of generations. Doing it again only makes what is
    /// missing.
    #[arg(long)]
    pub(super) load_test: bool,
    /// Projects of each account, on average.
    #[arg(long, requires = "load_test", value_name = "N", default_value_t = 4,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(PROJECTS_MAX)))]
    projects_per_user: u32,
    /// Generations of all accounts together.
    #[arg(long, requires = "load_test", value_name = "N", default_value_t = 20_000,
          value_parser = clap::value_parser!(u64).range(GENERATIONS_MIN..=GENERATIONS_MAX))]
    generations: u64,
    /// Also in production, although everybody knows the passwords.
    #[arg(long, requires = "load_test")]
    pub(super) yes: bool,
}

/// Makes what is missing; a signal ends it between two transactions.
pub(super) async fn seed_load_test(config: &Config, args: &LoadFixtureArgs) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut signals = Signals::listen()?;
    let mut config = config.clone();
    config.database.acquire_timeout = PATIENCE;
    config.database.statement_timeout = PATIENCE;
    let installation = Installation::open(&config).await?;
    let fixture = Fixture {
        installation: &installation,
        scale: Scale {
            projects_per_user: args.projects_per_user,
            generations: args.generations,
        },
        made_with: choose_model(&installation, config.mode)?,
    };
    let bar = make_bar();
    let made = tokio::select! {
        made = fixture.make(&bar) => made,
        name = signals.next() => {
            bar.abandon();
            bail!("stopped by {name}; run it again to make what is missing");
        }
    };
    let made = made?;
    bar.finish_and_clear();
    terminal::answer(format_args!(
        "made {} accounts, {} generations and {} clips in {:.1} s",
        made.accounts,
        made.generations,
        made.clips,
        started.elapsed().as_secs_f64()
    ));
    terminal::answer(
        "sign in as loadtest-001@test.com / test-password-001 … loadtest-500@test.com / test-password-500",
    );
    Ok(())
}

/// What was missing and is there now.
#[derive(Default)]
struct Made {
    accounts: usize,
    generations: u64,
    clips: usize,
}

struct Fixture<'a> {
    installation: &'a Installation,
    scale: Scale,
    made_with: MadeWith,
}

impl Fixture<'_> {
    async fn make(&self, bar: &ProgressBar) -> anyhow::Result<Made> {
        let mut made = Made::default();
        begin(bar, "accounts", u64::from(ACCOUNTS));
        made.accounts = self.make_accounts(bar).await?;
        self.top_up().await?;
        self.provision_keys().await?;
        let shares: Vec<Share> = (1..=ACCOUNTS)
            .map(|account| self.scale.share(account))
            .collect();
        begin(bar, "projects", u64::from(ACCOUNTS));
        for accounts in shares.chunks(ACCOUNTS_A_TRANSACTION) {
            self.make_projects(accounts).await?;
            bar.inc(accounts.len() as u64);
        }
        begin(bar, "generations", self.scale.generations);
        made.generations = self.make_generations(&shares, bar).await?;
        begin(bar, "clips", u64::from(ACCOUNTS));
        made.clips = self.make_clips(&shares, bar).await?;
        begin(bar, "statistics", 1);
        if made.generations > 0 {
            let db = &self.installation.db;
            db.write((), |tx, ()| Box::pin(load_fixture::refresh_statistics(tx)))
                .await
                .context("failed to refresh the planner's statistics")?;
        }
        Ok(made)
    }

    async fn make_accounts(&self, bar: &ProgressBar) -> anyhow::Result<usize> {
        let known = self.find_accounts().await?;
        let missing: Vec<u32> = (1..=ACCOUNTS)
            .filter(|account| !known.contains_key(&user_id(*account)))
            .collect();
        bar.inc(known.len() as u64);
        let app = &self.installation.app;
        let hashed = stream::iter(&missing)
            .map(async |&account| {
                let hash = app
                    .hash_password(&format!("test-password-{account:03}"))
                    .await?;
                bar.inc(1);
                anyhow::Ok((account, hash))
            })
            .buffered(HASHES_AT_ONCE)
            .try_collect::<Vec<_>>()
            .await?;
        for accounts in hashed.chunks(ACCOUNTS_A_TRANSACTION) {
            let accounts: Vec<(User, String)> = accounts
                .iter()
                .map(|(account, hash)| Ok((describe_account(*account)?, hash.clone())))
                .collect::<anyhow::Result<_>>()?;
            self.add_accounts(accounts).await?;
        }
        Ok(missing.len())
    }

    /// The accounts that are there, by id; others that took their addresses stand in the way.
    async fn find_accounts(&self) -> anyhow::Result<HashMap<UserId, Email>> {
        let db = &self.installation.db;
        let found: Result<_, DbError> = db
            .read((), |tx, ()| Box::pin(load_fixture::list_accounts(tx)))
            .await;
        let found: HashMap<UserId, Email> = found?.into_iter().collect();
        if let Some((_, email)) = found
            .iter()
            .find(|(id, _)| !id.as_str().starts_with("usr_load_"))
        {
            bail!(
                "`{email}` is the address of an account that was not made here; use another data \
                 folder or database"
            );
        }
        Ok(found)
    }

    async fn add_accounts(&self, accounts: Vec<(User, String)>) -> anyhow::Result<()> {
        let db = &self.installation.db;
        let added: Result<(), DbError> = db
            .write(accounts, |tx, accounts| {
                Box::pin(async move {
                    for (user, password_hash) in accounts {
                        add_user(tx, user, password_hash).await?;
                        let entry = LedgerEntryId::from_trusted(format!("led_{}", user.id));
                        let posting = Posting {
                            owner: &user.id,
                            entry: &entry,
                            at: user.created_at,
                        };
                        credits::open_account(tx, posting, GRANT).await?;
                    }
                    Ok(())
                })
            })
            .await;
        added.context("failed to write accounts")
    }

    /// Makes the keys that scripts know: two of the account of `proj_001` and `gen_001`, and for each
    /// `gen_test_N` one of its account.
    async fn provision_keys(&self) -> anyhow::Result<()> {
        let for_automation = ["soak", "spike"].map(|name| (1, format!("test-token-for-{name}")));
        let for_sockets = (0..SOCKET_KEYS).map(|number| {
            let account = number % ACCOUNTS + 1;
            (account, format!("test-token-ws-{}", number + 1))
        });
        let keys = for_automation
            .into_iter()
            .chain(for_sockets)
            .map(|(account, secret)| {
                Ok(ProvisionedKey {
                    owner: user_id(account),
                    name: Name::parse(&secret)?,
                    secret,
                    scopes: [Scope::Read, Scope::Write].into_iter().collect(),
                })
            })
            .collect::<anyhow::Result<_>>()?;
        let provisioned = self.installation.app.provision_keys(keys).await;
        provisioned.context("failed to make the API keys")
    }

    /// Gives more to accounts that spent much since.
    async fn top_up(&self) -> anyhow::Result<()> {
        let Installation {
            db, entropy, clock, ..
        } = self.installation;
        let poor: Result<Vec<UserId>, DbError> = db
            .read(BALANCE_MIN, |tx, least| {
                Box::pin(load_fixture::list_poor_accounts(tx, *least))
            })
            .await;
        let now = clock.now();
        let poor: Vec<(UserId, LedgerEntryId)> = poor?
            .into_iter()
            .map(|owner| (owner, Id::generate(now, entropy.as_ref())))
            .collect();
        let added: Result<(), DbError> = db
            .write((poor, now), |tx, (poor, at)| {
                Box::pin(async move {
                    for (owner, entry) in poor {
                        let posting = Posting {
                            owner,
                            entry,
                            at: *at,
                        };
                        credits::add_grant(tx, posting, GRANT).await?;
                    }
                    Ok(())
                })
            })
            .await;
        added.context("failed to give credits")
    }

    async fn make_projects(&self, accounts: &[Share]) -> anyhow::Result<()> {
        let (mut projects, mut scenes) = (Vec::new(), Vec::new());
        for share in accounts {
            let (own_projects, own_scenes) = self.scale.projects(share.account);
            projects.extend(own_projects);
            scenes.extend(own_scenes);
        }
        let db = &self.installation.db;
        let added: Result<(), DbError> = db
            .write((projects, scenes), |tx, (projects, scenes)| {
                Box::pin(load_fixture::add_projects(tx, projects, scenes))
            })
            .await;
        added.context("failed to write projects")
    }

    async fn make_generations(&self, shares: &[Share], bar: &ProgressBar) -> anyhow::Result<u64> {
        let longest = shares.iter().map(|share| share.generations).max();
        let longest = longest.unwrap_or_default();
        let step = longest.div_ceil(PARTS).max(1);
        let accounts_at_once = GENERATIONS_A_TRANSACTION / step;
        let accounts_at_once =
            accounts_at_once.clamp(1, u64::from(ACCOUNTS) / TRANSACTIONS_AT_ONCE as u64);
        let mut added = 0;
        for part in 0..longest.div_ceil(step) {
            let span = Span {
                from: part * step,
                to: ((part + 1) * step).min(longest),
            };
            let chunks = stream::iter(shares.chunks(accounts_at_once as usize));
            added += chunks
                .map(|accounts| self.add_generations(accounts, span, bar))
                .buffer_unordered(TRANSACTIONS_AT_ONCE)
                .try_fold(0, async |sum, added| Ok(sum + added))
                .await?;
        }
        Ok(added)
    }

    async fn add_generations(
        &self,
        accounts: &[Share],
        span: Span,
        bar: &ProgressBar,
    ) -> anyhow::Result<u64> {
        let args = (
            accounts.to_vec(),
            self.made_with.clone(),
            self.installation.clock.now(),
        );
        let db = &self.installation.db;
        let added: Result<u64, DbError> = db
            .write(args, move |tx, (accounts, made_with, now)| {
                Box::pin(load_fixture::add_generations(
                    tx, accounts, span, made_with, *now,
                ))
            })
            .await;
        let passed =
            |share: &Share| share.generations.min(span.to) - share.generations.min(span.from);
        bar.inc(accounts.iter().map(passed).sum());
        added.context("failed to write generations")
    }

    /// One small clip for all. It is there for the latest of each scene and for the named ones; the
    /// others are history whose files were not kept.
    async fn make_clips(&self, shares: &[Share], bar: &ProgressBar) -> anyhow::Result<usize> {
        let stage = self.installation.app.blobs().stage().await?;
        let (clip, poster) = (stage.path().join("clip"), stage.path().join("poster"));
        for (path, content) in [(&clip, SIMULATED_CLIP), (&poster, SIMULATED_POSTER)] {
            tokio::fs::write(path, content)
                .await
                .context("failed to write the clip that all share")?;
        }
        let files = SharedFiles { clip, poster };
        stream::iter(shares.chunks(ACCOUNTS_OF_CLIPS))
            .map(|accounts| self.add_clips(accounts, &files, bar))
            .buffer_unordered(TRANSACTIONS_AT_ONCE)
            .try_fold(0, async |sum, added| Ok(sum + added))
            .await
    }

    async fn add_clips(
        &self,
        accounts: &[Share],
        files: &SharedFiles,
        bar: &ProgressBar,
    ) -> anyhow::Result<usize> {
        let db = &self.installation.db;
        let missing: Result<Vec<GenerationId>, DbError> = db
            .read(accounts.to_vec(), |tx, accounts| {
                Box::pin(load_fixture::list_clipless(tx, accounts))
            })
            .await;
        let missing = missing.context("failed to look for generations without a clip")?;
        let added = missing.len();
        if added > 0 {
            // The files first: what the database tells of is there.
            let blobs = self.installation.app.blobs();
            let keys: Vec<_> = missing.iter().map(BlobKey::generation_clip).collect();
            blobs.adopt_copies(&keys, &files.clip).await?;
            let keys: Vec<_> = missing.iter().map(BlobKey::generation_poster).collect();
            blobs.adopt_copies(&keys, &files.poster).await?;
            let noted: Result<(), DbError> = db
                .write(missing, |tx, made| {
                    Box::pin(load_fixture::note_clips(tx, made))
                })
                .await;
            noted.context("failed to note the clips")?;
        }
        bar.inc(accounts.len() as u64);
        Ok(added)
    }
}

/// The files that all seeded clips share.
struct SharedFiles {
    clip: PathBuf,
    poster: PathBuf,
}

/// The simulated model where it is installed, so that repeating a generation costs no rendering.
fn choose_model(installation: &Installation, mode: Mode) -> anyhow::Result<MadeWith> {
    let wanted = match mode {
        Mode::Production => LOCAL_MODEL,
        Mode::Demo | Mode::Test => "simulated",
    };
    let models = installation.app.models();
    let resolved = models.resolve(Some(wanted), Fallback::Allowed)?;
    let card = resolved.model.card();
    Ok(MadeWith {
        model: card.id.clone(),
        credits_per_second: card.credits_per_second,
    })
}

fn describe_account(account: u32) -> anyhow::Result<User> {
    Ok(User {
        id: user_id(account),
        email: Email::parse(&format!("loadtest-{account:03}@test.com"))?,
        name: Name::parse(&format!("Load test {account:03}"))?,
        role: Role::Creator,
        disabled: false,
        created_at: opened_at(account),
    })
}

fn make_bar() -> ProgressBar {
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(0)
    } else {
        ProgressBar::hidden()
    };
    bar.with_style(
        ProgressStyle::with_template("  {prefix:12} {bar:30} {human_pos:>10}/{human_len} {eta}")
            .expect("the template is a constant and well formed"),
    )
}

fn begin(bar: &ProgressBar, what: &'static str, length: u64) {
    bar.set_prefix(what);
    bar.set_length(length);
    bar.reset();
}
