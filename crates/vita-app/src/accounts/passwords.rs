//! Passwords: hashed and checked on threads of their own, so that a storm of logins neither stalls
//! the async threads nor takes more memory than it is allowed.
//!
//! A check costs the same whether the account exists or not, as far as one hash at today's cost can
//! tell them apart.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::oneshot;
use vita_model::{Entropy, Password};

/// Bytes of a salt (RFC 9106 §3.1 recommends 16).
const SALT_BYTES: usize = 16;

/// What a hash counts as having taken before the first was measured.
const HASH_TIME_GUESS: Duration = Duration::from_millis(30);

/// How much lower the hashing threads stand than all others. Those only borrow the cores: whoever
/// answers requests meanwhile goes first.
const NICENESS: i32 = 10;

/// The salt of the hash that is computed for an account that does not exist. Nothing is kept of it.
const NOBODYS_SALT: [u8; SALT_BYTES] = [0; SALT_BYTES];

/// How passwords are hashed, and how much of the machine that may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordConfig {
    /// Threads that hash, at least 1; none means one for each core. Each takes `memory_kib` while
    /// it hashes.
    pub threads: Option<usize>,
    /// Most passwords that wait for a thread. What comes on top is told to come back.
    pub queue_max: usize,
    /// Memory that one hash fills, in KiB.
    pub memory_kib: u32,
    /// How often it is filled.
    pub passes: u32,
}

impl Default for PasswordConfig {
    fn default() -> Self {
        Self {
            threads: None,
            queue_max: 512,
            // OWASP Password Storage Cheat Sheet: Argon2id with m = 19 MiB, t = 2, p = 1.
            memory_kib: 19 * 1024,
            passes: 2,
        }
    }
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub(super) enum PasswordError {
    /// Too many passwords wait already.
    #[error("too many passwords wait to be hashed")]
    Overloaded {
        /// When those that wait now will have been hashed.
        retry_after: Duration,
    },
    /// The hash in the database is not one that this program can read.
    #[error("the stored hash of a password cannot be read")]
    UnreadableHash,
    /// The threads could not be started, or ended.
    #[error("the threads that hash passwords do not run: {0}")]
    NotRunning(String),
    /// The cost is not one that Argon2 has.
    #[error("the cost of password hashes is out of range: {0}")]
    Cost(String),
}

/// How a presented password did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is not the account's, or there is no account.
    Wrong,
    /// It is the account's.
    Right {
        /// The password hashed at today's cost, when the stored hash has another.
        rehashed: Option<String>,
    },
}

/// What the threads have done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashCounts {
    /// Hashes computed since the start.
    pub hashes: u64,
    /// Most hashes that were computed at the same time.
    pub at_once_max: u64,
    /// Passwords that wait for a thread now.
    pub waiting: u64,
}

/// Hashes and checks passwords. The threads end when it is dropped, after what they are at.
pub(super) struct Passwords {
    queue: Option<SyncSender<Task>>,
    threads: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
}

struct Shared {
    argon2: Argon2<'static>,
    running: AtomicU64,
    at_once_max: AtomicU64,
    hashes: AtomicU64,
    waiting: AtomicU64,
    /// Moving average of what one hash takes.
    hash_micros: AtomicU64,
}

enum Task {
    Hash {
        password: Password,
        salt: [u8; SALT_BYTES],
        reply: oneshot::Sender<Result<String, PasswordError>>,
    },
    Verify {
        password: Password,
        stored: Option<String>,
        /// For the hash at today's cost, should the stored one have another.
        salt: [u8; SALT_BYTES],
        reply: oneshot::Sender<Result<Verdict, PasswordError>>,
    },
}

impl Passwords {
    /// Starts the threads.
    ///
    /// # Errors
    /// [`PasswordError::Cost`] for a cost that Argon2 does not have,
    /// [`PasswordError::NotRunning`] when a thread cannot be started.
    pub(super) fn start(config: &PasswordConfig) -> Result<Self, PasswordError> {
        let params = Params::new(config.memory_kib, config.passes, 1, None)
            .map_err(|error| PasswordError::Cost(error.to_string()))?;
        let shared = Arc::new(Shared {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            running: AtomicU64::new(0),
            at_once_max: AtomicU64::new(0),
            hashes: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            hash_micros: AtomicU64::new(HASH_TIME_GUESS.as_micros() as u64),
        });
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let (queue, tasks) = sync_channel(config.queue_max.max(1));
        let tasks = Arc::new(Mutex::new(tasks));
        let mut threads = Vec::new();
        for index in 0..config.threads.unwrap_or_else(cores).max(1) {
            let (shared, tasks) = (Arc::clone(&shared), Arc::clone(&tasks));
            let thread = Builder::new()
                .name(format!("password-{index}"))
                .spawn(move || work_off(&shared, &tasks))
                .map_err(|error| PasswordError::NotRunning(error.to_string()))?;
            threads.push(thread);
        }
        Ok(Self {
            queue: Some(queue),
            threads,
            shared,
        })
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] at once when too many wait.
    ///
    /// Cancel safety: safe; what has not begun is not done.
    pub(super) async fn hash(
        &self,
        password: Password,
        entropy: &dyn Entropy,
    ) -> Result<String, PasswordError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Task::Hash {
            password,
            salt: draw_salt(entropy),
            reply,
        })?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Checks a password against a stored PHC string. Without one, as there is no account, a hash is
    /// computed all the same, and the password is wrong.
    ///
    /// # Errors
    /// [`PasswordError::Overloaded`] at once when too many wait,
    /// [`PasswordError::UnreadableHash`] for a hash that is none.
    ///
    /// Cancel safety: safe; what has not begun is not done.
    pub(super) async fn verify(
        &self,
        password: Password,
        stored: Option<String>,
        entropy: &dyn Entropy,
    ) -> Result<Verdict, PasswordError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Task::Verify {
            password,
            stored,
            salt: draw_salt(entropy),
            reply,
        })?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// What the threads have done so far.
    pub(super) fn counts(&self) -> HashCounts {
        HashCounts {
            hashes: self.shared.hashes.load(Ordering::Relaxed),
            at_once_max: self.shared.at_once_max.load(Ordering::Relaxed),
            waiting: self.shared.waiting.load(Ordering::Relaxed),
        }
    }

    fn submit(&self, task: Task) -> Result<(), PasswordError> {
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        self.shared.waiting.fetch_add(1, Ordering::Relaxed);
        queue.try_send(task).map_err(|error| {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
            match error {
                TrySendError::Full(_) => PasswordError::Overloaded {
                    retry_after: self.wait_of_a_newcomer(),
                },
                TrySendError::Disconnected(_) => ended(),
            }
        })
    }

    fn wait_of_a_newcomer(&self) -> Duration {
        let micros = self.shared.hash_micros.load(Ordering::Relaxed);
        let waiting = self.shared.waiting.load(Ordering::Relaxed);
        let threads = self.threads.len().max(1) as u64;
        Duration::from_micros(micros.saturating_mul(waiting) / threads).max(Duration::from_secs(1))
    }
}

impl Drop for Passwords {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that hashes passwords had panicked");
            }
        }
    }
}

fn draw_salt(entropy: &dyn Entropy) -> [u8; SALT_BYTES] {
    let mut salt = [0; SALT_BYTES];
    entropy.fill(&mut salt);
    salt
}

fn ended() -> PasswordError {
    PasswordError::NotRunning("they have ended".to_owned())
}

/// What each thread does: one task after the other, until the queue is closed and empty.
fn work_off(shared: &Shared, tasks: &Mutex<Receiver<Task>>) {
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::warn!(%error, "failed to lower the priority of a thread that hashes passwords");
    }
    let mut memory = Vec::new();
    loop {
        // One thread waits for the next task, the others for their turn to wait.
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = next else {
            return;
        };
        let others = shared.waiting.fetch_sub(1, Ordering::Relaxed) - 1;
        shared.work(task, &mut memory);
        // Fresh memory costs half as much again as the hash, so it is kept for those that wait; without
        // them it is given back.
        if others == 0 {
            memory = Vec::new();
        }
    }
}

impl Shared {
    /// Does one task, unless whoever asked has gone.
    fn work(&self, task: Task, memory: &mut Vec<Block>) {
        match task {
            Task::Hash {
                password,
                salt,
                reply,
            } if !reply.is_closed() => {
                let _ = reply.send(self.hash(&password, &salt, memory));
            }
            Task::Verify {
                password,
                stored,
                salt,
                reply,
            } if !reply.is_closed() => {
                let _ = reply.send(self.verify(&password, stored.as_deref(), &salt, memory));
            }
            Task::Hash { .. } | Task::Verify { .. } => {}
        }
    }

    fn hash(
        &self,
        password: &Password,
        salt: &[u8],
        memory: &mut Vec<Block>,
    ) -> Result<String, PasswordError> {
        let params = self.argon2.params();
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        // The lengths of password and salt are bounded, so that only the cost can be wrong.
        let cost = |error: argon2::password_hash::Error| PasswordError::Cost(error.to_string());
        let hash = self
            .compute(&self.argon2, password, salt, length, memory)
            .map_err(cost)?;
        let stored = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(params).map_err(cost)?,
            salt: Some(Salt::new(salt).map_err(|error| cost(error.into()))?),
            hash: Some(hash),
        };
        Ok(stored.to_string())
    }

    fn verify(
        &self,
        password: &Password,
        stored: Option<&str>,
        salt: &[u8],
        memory: &mut Vec<Block>,
    ) -> Result<Verdict, PasswordError> {
        let Some(stored) = stored else {
            self.hash(password, &NOBODYS_SALT, memory)?;
            return Ok(Verdict::Wrong);
        };
        let stored = PasswordHash::new(stored).map_err(|_| PasswordError::UnreadableHash)?;
        let hash = self
            .compute_as(&stored, password, memory)
            .map_err(|_| PasswordError::UnreadableHash)?;
        // Two hashes are compared in constant time.
        if stored.hash != Some(hash) {
            return Ok(Verdict::Wrong);
        }
        let rehashed = if self.is_of_todays_cost(&stored) {
            None
        } else {
            Some(self.hash(password, salt, memory)?)
        };
        Ok(Verdict::Right { rehashed })
    }

    /// The hash of a password, made as another one was.
    fn compute_as(
        &self,
        stored: &PasswordHash,
        password: &Password,
        memory: &mut Vec<Block>,
    ) -> Result<Output, argon2::password_hash::Error> {
        let (Some(salt), Some(hash)) = (&stored.salt, &stored.hash) else {
            return Err(argon2::password_hash::Error::EncodingInvalid);
        };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
        let version = stored.version.map(Version::try_from).transpose()?;
        let params = Params::try_from(stored)?;
        let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params);
        self.compute(&argon2, password, salt, hash.len(), memory)
    }

    /// Fills `memory` and answers what comes out of it.
    fn compute(
        &self,
        argon2: &Argon2<'_>,
        password: &Password,
        salt: &[u8],
        length: usize,
        memory: &mut Vec<Block>,
    ) -> Result<Output, argon2::password_hash::Error> {
        let mut hash = [0; Output::MAX_LENGTH];
        let hash = hash
            .get_mut(..length)
            .ok_or(argon2::password_hash::Error::OutputSize)?;
        let password = password.reveal().as_bytes();
        memory.resize_with(argon2.params().block_count(), Block::default);
        self.measured(|| argon2.hash_password_into_with_memory(password, salt, hash, memory))?;
        Ok(Output::new(hash)?)
    }

    fn is_of_todays_cost(&self, stored: &PasswordHash) -> bool {
        let today = self.argon2.params();
        let is_argon2id = stored.algorithm == Algorithm::Argon2id.ident();
        let is_version = stored.version == Some(u32::from(Version::V0x13));
        is_argon2id
            && is_version
            && Params::try_from(stored).is_ok_and(|params| {
                (params.m_cost(), params.t_cost(), params.p_cost())
                    == (today.m_cost(), today.t_cost(), today.p_cost())
            })
    }

    /// Computes one hash and counts it.
    fn measured<T>(&self, compute: impl FnOnce() -> T) -> T {
        let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
        self.at_once_max.fetch_max(running, Ordering::Relaxed);
        let begun = Instant::now();
        let computed = compute();
        let micros = begun.elapsed().as_micros() as u64;
        // Each hash weighs an eighth, so that the average follows the machine's load in seconds.
        let mean = self.hash_micros.load(Ordering::Relaxed);
        let mean = mean - mean / 8 + micros / 8;
        self.hash_micros.store(mean, Ordering::Relaxed);
        self.hashes.fetch_add(1, Ordering::Relaxed);
        self.running.fetch_sub(1, Ordering::Relaxed);
        computed
    }
}

#[cfg(test)]
mod tests {
    use vita_model::SeededEntropy;

    use super::*;

    fn start(memory_kib: u32) -> Passwords {
        let config = PasswordConfig {
            threads: Some(1),
            memory_kib,
            passes: 1,
            ..PasswordConfig::default()
        };
        Passwords::start(&config).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::presented(text).unwrap()
    }

    #[tokio::test]
    async fn hashes_are_phc_strings_with_a_salt_of_their_own() {
        let config = PasswordConfig::default();
        let passwords = Passwords::start(&config).unwrap();
        let entropy = SeededEntropy::new(1);
        let first = passwords.hash(password("secret"), &entropy).await.unwrap();
        let second = passwords.hash(password("secret"), &entropy).await.unwrap();
        let head = "$argon2id$v=19$m=19456,t=2,p=1$";
        assert!(
            first.starts_with(head) && second.starts_with(head),
            "{first}"
        );
        assert_ne!(first, second);
        for stored in [first, second] {
            let right = passwords.verify(password("secret"), Some(stored.clone()), &entropy);
            assert_eq!(right.await.unwrap(), Verdict::Right { rehashed: None });
            let wrong = passwords.verify(password("Secret"), Some(stored), &entropy);
            assert_eq!(wrong.await.unwrap(), Verdict::Wrong);
        }
    }

    /// RFC 9106 has no vector without a key; this one is of the reference implementation's command
    /// line: `echo -n password | argon2 somesalt -id -v 13 -t 2 -m 16 -p 1`.
    #[tokio::test]
    async fn hashes_are_those_of_the_reference_implementation() {
        let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ\
                      $CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let passwords = start(64);
        let entropy = SeededEntropy::new(1);
        let checked = passwords.verify(password("password"), Some(stored.to_owned()), &entropy);
        assert!(matches!(checked.await.unwrap(), Verdict::Right { .. }));
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_right_and_comes_with_its_successor() {
        let entropy = SeededEntropy::new(1);
        let old = start(64).hash(password("secret"), &entropy).await.unwrap();
        let passwords = start(128);
        let checked = passwords.verify(password("secret"), Some(old.clone()), &entropy);
        let Verdict::Right {
            rehashed: Some(new),
        } = checked.await.unwrap()
        else {
            panic!("it is right and of another cost");
        };
        assert!(new.contains("m=128"), "{new}");
        let again = passwords.verify(password("secret"), Some(new), &entropy);
        assert_eq!(again.await.unwrap(), Verdict::Right { rehashed: None });
        let wrong = passwords.verify(password("wrong"), Some(old), &entropy);
        assert_eq!(wrong.await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn what_is_no_hash_is_told_apart_from_a_wrong_password() {
        let passwords = start(64);
        let entropy = SeededEntropy::new(1);
        let stored = [
            "",
            "secret",
            "$argon2id$",
            "$md5$v=19$m=64,t=1,p=1$c29tZXNhbHQ$aGFzaA",
        ];
        for stored in stored {
            let checked = passwords.verify(password("x"), Some(stored.to_owned()), &entropy);
            let error = checked.await.unwrap_err();
            assert!(
                matches!(error, PasswordError::UnreadableHash),
                "`{stored}`: {error}"
            );
        }
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_not_hashed() {
        let passwords = start(64);
        let entropy = SeededEntropy::new(1);
        let (reply, gone) = oneshot::channel();
        drop(gone);
        let task = Task::Hash {
            password: password("secret"),
            salt: [0; SALT_BYTES],
            reply,
        };
        passwords.submit(task).unwrap();
        passwords.hash(password("other"), &entropy).await.unwrap();
        let counts = passwords.counts();
        assert_eq!((counts.hashes, counts.waiting), (1, 0));
    }

    #[test]
    fn a_cost_that_argon2_does_not_have_is_refused_at_the_start() {
        let config = PasswordConfig {
            passes: 0,
            ..PasswordConfig::default()
        };
        assert!(matches!(
            Passwords::start(&config),
            Err(PasswordError::Cost(_))
        ));
    }
}
