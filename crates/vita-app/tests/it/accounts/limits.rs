use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use futures_util::future::join_all;
use vita_app::{AccountsConfig, AppError};

use super::{PASSWORD, TestAccounts, accounts_config, login_from};

const QUARTER: Duration = Duration::from_mins(15);

fn address(host: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, host))
}

impl TestAccounts {
    async fn fail(&self, email: &str, from: IpAddr) -> AppError {
        let failed = self
            .app
            .login(login_from(email, "wrong password", from))
            .await;
        failed.unwrap_err()
    }

    async fn succeeds(&self, email: &str, from: IpAddr) -> bool {
        self.app
            .login(login_from(email, PASSWORD, from))
            .await
            .is_ok()
    }
}

fn is_limited(error: &AppError) -> bool {
    matches!(error, AppError::RateLimited { retry_after, .. } if *retry_after <= QUARTER)
}

#[tokio::test]
async fn after_ten_failures_the_account_is_closed_for_the_rest_of_the_quarter() {
    let test = TestAccounts::new();
    for name in ["ann", "ben"] {
        test.register(&format!("{name}@example.com")).await;
    }
    for host in 0..10 {
        let failed = test.fail("ann@example.com", address(host)).await;
        assert!(matches!(failed, AppError::InvalidCredentials), "{failed}");
        test.clock.advance(Duration::from_secs(1));
    }
    let hashes = test.app.hash_counts().hashes;
    assert!(is_limited(&test.fail("ann@example.com", address(99)).await));
    assert!(!test.succeeds("ann@example.com", address(99)).await);
    assert_eq!(
        test.app.hash_counts().hashes,
        hashes,
        "refused before any hash"
    );
    assert!(test.succeeds("ben@example.com", address(99)).await);
    // The first failure was ten seconds ago.
    test.clock.advance(Duration::from_secs(15 * 60 - 10));
    assert!(test.succeeds("ann@example.com", address(99)).await);
}

#[tokio::test]
async fn after_ten_failures_the_address_is_closed_whatever_the_account() {
    let test = TestAccounts::new();
    test.register("ann@example.com").await;
    for n in 0..10 {
        let failed = test.fail(&format!("u{n}@example.com"), address(1)).await;
        assert!(matches!(failed, AppError::InvalidCredentials), "{failed}");
    }
    assert!(is_limited(&test.fail("u99@example.com", address(1)).await));
    assert!(!test.succeeds("ann@example.com", address(1)).await);
    assert!(test.succeeds("ann@example.com", address(2)).await);
}

#[tokio::test]
async fn successes_do_not_count() {
    let test = TestAccounts::new();
    test.register("ann@example.com").await;
    for _ in 0..9 {
        test.fail("ann@example.com", address(1)).await;
    }
    for _ in 0..30 {
        assert!(test.succeeds("ann@example.com", address(1)).await);
    }
    let tenth = test.fail("ann@example.com", address(1)).await;
    assert!(matches!(tenth, AppError::InvalidCredentials), "{tenth}");
    assert!(is_limited(&test.fail("ann@example.com", address(1)).await));
}

/// All of them are let in before any has failed; still, ten answers is all that a guesser gets.
#[tokio::test]
async fn of_many_guesses_at_once_ten_are_answered() {
    let test = TestAccounts::new();
    test.register("ann@example.com").await;
    let guesses = (0..100).map(|n| test.fail("ann@example.com", address(n)));
    let answers = join_all(guesses).await;
    let told = |error: &&AppError| matches!(error, AppError::InvalidCredentials);
    assert_eq!(answers.iter().filter(told).count(), 10);
    assert_eq!(answers.iter().filter(|error| is_limited(error)).count(), 90);
}

#[tokio::test]
async fn limits_can_be_off() {
    let test = TestAccounts::with(AccountsConfig {
        login_limits: None,
        ..accounts_config()
    });
    test.register("ann@example.com").await;
    for _ in 0..30 {
        let failed = test.fail("ann@example.com", address(1)).await;
        assert!(matches!(failed, AppError::InvalidCredentials), "{failed}");
    }
    assert!(test.succeeds("ann@example.com", address(1)).await);
}
