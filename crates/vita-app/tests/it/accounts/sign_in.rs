use std::time::Duration;

use futures_util::future::join_all;
use vita_app::{AccountsConfig, AppError, PasswordConfig};

use super::{PASSWORD, TestAccounts, accounts_config, cheap_passwords, login, refused_fields};

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_told_the_same_and_cost_the_same() {
    let test = TestAccounts::new();
    test.register("ann@example.com").await;
    let before = test.app.hash_counts().hashes;
    let wrong = test.log_in("ann@example.com", "wrong password").await;
    let after_wrong = test.app.hash_counts().hashes;
    let unknown = test.log_in("ben@example.com", "wrong password").await;
    let after_unknown = test.app.hash_counts().hashes;
    let (wrong, unknown) = (wrong.unwrap_err(), unknown.unwrap_err());
    assert!(matches!(wrong, AppError::InvalidCredentials), "{wrong}");
    assert!(matches!(unknown, AppError::InvalidCredentials), "{unknown}");
    assert_eq!(wrong.to_string(), unknown.to_string());
    assert_eq!(after_wrong - before, 1);
    assert_eq!(after_unknown - after_wrong, 1);
}

#[tokio::test]
async fn a_disabled_account_is_told_like_a_wrong_password() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    let disable = "UPDATE users SET disabled = TRUE WHERE email = $1";
    test.change_user(disable, "ann@example.com").await;
    let refused = test.log_in("ann@example.com", PASSWORD).await;
    assert!(matches!(refused.unwrap_err(), AppError::InvalidCredentials));
    let refused = test.app.refresh(&signed_in.refresh_token).await;
    assert!(matches!(refused.unwrap_err(), AppError::Unauthenticated));
}

#[tokio::test]
async fn what_cannot_be_an_address_or_a_password_is_told_as_such() {
    let test = TestAccounts::new();
    let long = "x".repeat(257);
    let error = test.log_in("ann\0@example.com", &long).await.unwrap_err();
    let expected = [("/email", "CONTROL_CHARACTER"), ("/password", "TOO_LONG")];
    assert_eq!(refused_fields(&error), expected);
    for password in ["", " ", "'; DROP TABLE users; --", "\0", "👩‍👩‍👧‍👦"] {
        let refused = test.log_in("ann@example.com", password).await;
        assert!(matches!(refused.unwrap_err(), AppError::InvalidCredentials));
    }
}

#[tokio::test]
async fn an_access_token_lives_for_fifteen_minutes() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    test.clock.advance(Duration::from_secs(899));
    assert!(test.app.verify_access(&signed_in.token).is_ok());
    test.clock.advance(Duration::from_secs(1));
    let expired = test.app.verify_access(&signed_in.token).unwrap_err();
    assert!(matches!(expired, AppError::TokenExpired), "{expired}");
    let refresh_token = test.app.verify_access(&signed_in.refresh_token);
    assert!(matches!(
        refresh_token.unwrap_err(),
        AppError::Unauthenticated
    ));
}

#[tokio::test]
async fn another_secret_makes_all_access_tokens_worthless() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    let other = test.restarted(accounts_config(), 8);
    let refused = other.verify_access(&signed_in.token).unwrap_err();
    assert!(matches!(refused, AppError::Unauthenticated), "{refused}");
    let same = test.restarted(accounts_config(), 7);
    assert!(same.verify_access(&signed_in.token).is_ok());
}

const COUNT_DEARER: &str = "SELECT COUNT(*) FROM users WHERE password_hash LIKE '%m=128,%'";

#[tokio::test]
async fn a_hash_of_another_cost_is_replaced_at_the_next_login() {
    let test = TestAccounts::new();
    test.register("ann@example.com").await;
    let dearer = test.restarted(
        AccountsConfig {
            passwords: PasswordConfig {
                memory_kib: 128,
                ..cheap_passwords()
            },
            ..accounts_config()
        },
        7,
    );
    let wrong = dearer.login(login("ann@example.com", "wrong password"));
    assert!(wrong.await.is_err());
    assert_eq!(test.count(COUNT_DEARER).await, 0);
    for hashes in [3, 4] {
        let right = dearer.login(login("ann@example.com", PASSWORD)).await;
        assert!(right.is_ok());
        assert_eq!(test.count(COUNT_DEARER).await, 1);
        assert_eq!(dearer.hash_counts().hashes, hashes);
    }
}

#[tokio::test]
async fn two_hundred_logins_at_once_are_hashed_two_at_a_time() {
    let test = TestAccounts::with(AccountsConfig {
        passwords: PasswordConfig {
            memory_kib: 1_024,
            ..cheap_passwords()
        },
        ..accounts_config()
    });
    test.register("ann@example.com").await;
    let logins = (0..200).map(|_| test.log_in("ann@example.com", PASSWORD));
    let signed_in = join_all(logins).await;
    assert!(signed_in.iter().all(Result::is_ok));
    let counts = test.app.hash_counts();
    assert_eq!(counts.hashes, 201);
    assert!(counts.at_once_max <= 2, "{counts:?}");
    assert_eq!(counts.waiting, 0);
}

#[tokio::test]
async fn more_logins_than_may_wait_are_told_when_to_come_back() {
    let test = TestAccounts::with(AccountsConfig {
        passwords: PasswordConfig {
            threads: Some(1),
            queue_max: 2,
            // Slow enough that none ends while the others arrive.
            passes: 2_000,
            ..cheap_passwords()
        },
        ..accounts_config()
    });
    let logins = (0..50).map(|n| async move { (n, login(&format!("u{n}@example.com"), "wrong")) });
    let logins = logins.map(async |login| test.app.login(login.await.1).await);
    let answers = join_all(logins).await;
    let mut refused = 0;
    for answer in answers {
        match answer.unwrap_err() {
            AppError::Overloaded { retry_after } => {
                assert!(retry_after >= Duration::from_secs(1));
                refused += 1;
            }
            AppError::InvalidCredentials => {}
            other => panic!("{other}"),
        }
    }
    assert!((1..=48).contains(&refused), "{refused} of 50 were refused");
}
