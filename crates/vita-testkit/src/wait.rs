use std::future::Future;
use std::time::{Duration, Instant};

/// Pause between two looks at something that gives no event of its own.
pub const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until `look` has an answer.
///
/// # Panics
/// When there is none within `limit`; `what` says what was waited for.
pub async fn wait_until<T, F>(what: &str, limit: Duration, mut look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < limit, "waited {limit:?} for {what}");
        tokio::time::sleep(PAUSE).await;
    }
}
