use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use vita_app::AppError;
use vita_fixtures::postgres::DatabasePlace;
use vita_model::Role;

use super::{PASSWORD, TestAccounts};

const WEEK_SECS: u64 = 7 * 24 * 60 * 60;

impl TestAccounts {
    async fn assert_worthless(&self, refresh_token: &str) {
        let refused = self.app.refresh(refresh_token).await.unwrap_err();
        assert!(matches!(refused, AppError::Unauthenticated), "{refused}");
    }
}

#[tokio::test]
async fn each_exchange_gives_a_new_pair_of_the_same_login() {
    let test = TestAccounts::new();
    let mut signed_in = test.register("ann@example.com").await;
    let login = test.app.verify_access(&signed_in.token).unwrap().login;
    // Longer than a token lives: the login goes on with its latest.
    for _ in 0..10 {
        test.clock.advance(Duration::from_hours(24));
        let next = test.app.refresh(&signed_in.refresh_token).await.unwrap();
        assert_ne!(next.refresh_token, signed_in.refresh_token);
        assert_eq!(next.user, signed_in.user);
        assert_eq!(test.app.verify_access(&next.token).unwrap().login, login);
        signed_in = next;
    }
    // Used tokens are kept only for as long as they could have been valid.
    assert_eq!(test.count("SELECT COUNT(*) FROM refresh_tokens").await, 7);
    assert_eq!(test.count("SELECT COUNT(*) FROM logins").await, 1);
}

#[tokio::test]
async fn presenting_a_used_token_ends_the_login_and_no_other() {
    let test = TestAccounts::new();
    let first = test.register("ann@example.com").await;
    let other = test.log_in("ann@example.com", PASSWORD).await.unwrap();
    let second = test.app.refresh(&first.refresh_token).await.unwrap();
    let third = test.app.refresh(&second.refresh_token).await.unwrap();
    test.assert_worthless(&first.refresh_token).await;
    for token in [&first, &second, &third] {
        test.assert_worthless(&token.refresh_token).await;
    }
    test.app.refresh(&other.refresh_token).await.unwrap();
}

/// Two tabs of a browser, or a client that repeats a request whose answer was lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_exchanges_at_once_all_get_the_same_successor() {
    let test = TestAccounts::new();
    let mut token = test.register("ann@example.com").await.refresh_token;
    for _ in 0..3 {
        let exchanges = (0..50).map(|_| {
            let (app, token) = (test.app.clone(), token.clone());
            tokio::spawn(async move { app.refresh(&token).await.unwrap() })
        });
        let exchanged = join_all(exchanges.collect::<Vec<_>>()).await;
        let successors: HashSet<String> = exchanged
            .into_iter()
            .map(|exchanged| exchanged.unwrap().refresh_token)
            .collect();
        assert_eq!(successors.len(), 1);
        token = successors.into_iter().next().unwrap();
    }
    test.app.refresh(&token).await.unwrap();
    assert_eq!(test.count("SELECT COUNT(*) FROM refresh_tokens").await, 5);
}

#[tokio::test]
async fn the_predecessor_gets_the_same_successor_for_thirty_seconds() {
    let test = TestAccounts::new();
    let first = test.register("ann@example.com").await;
    let second = test.app.refresh(&first.refresh_token).await.unwrap();
    test.clock.advance(Duration::from_millis(29_999));
    let again = test.app.refresh(&first.refresh_token).await.unwrap();
    assert_eq!(again.refresh_token, second.refresh_token);
    assert!(test.app.verify_access(&again.token).is_ok());
    test.clock.advance(Duration::from_millis(1));
    test.assert_worthless(&first.refresh_token).await;
    test.assert_worthless(&second.refresh_token).await;
}

#[tokio::test]
async fn another_installation_makes_other_successors() {
    let test = TestAccounts::new();
    let first = test.register("ann@example.com").await;
    test.app.refresh(&first.refresh_token).await.unwrap();
    // It could not tell the successor again, so it is not told another one either.
    let other = test.restarted(super::accounts_config(), 8);
    assert!(other.refresh(&first.refresh_token).await.is_err());
}

#[tokio::test]
async fn a_stolen_token_that_comes_back_ends_access_at_once() {
    let test = TestAccounts::new();
    let first = test.register("ann@example.com").await;
    let second = test.app.refresh(&first.refresh_token).await.unwrap();
    let third = test.app.refresh(&second.refresh_token).await.unwrap();
    test.assert_worthless(&first.refresh_token).await;
    for token in [&first.token, &second.token, &third.token] {
        let refused = test.app.verify_access(token).unwrap_err();
        assert!(matches!(refused, AppError::TokenExpired), "{refused}");
    }
}

#[tokio::test]
async fn a_refresh_token_lives_for_a_week() {
    let test = TestAccounts::new();
    let in_time = test.register("ann@example.com").await;
    let late = test.log_in("ann@example.com", PASSWORD).await.unwrap();
    test.clock.advance(Duration::from_secs(WEEK_SECS - 1));
    test.app.refresh(&in_time.refresh_token).await.unwrap();
    test.clock.advance(Duration::from_secs(1));
    test.assert_worthless(&late.refresh_token).await;
}

#[tokio::test]
async fn what_was_never_given_out_is_worth_nothing() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    let made_up = format!("vsr_{}", "A".repeat(43));
    let changed = signed_in.refresh_token.replacen("vsr_", "vsr-", 1);
    let long = "vsr_".repeat(100_000);
    for token in ["", "\0", &made_up, &changed, &signed_in.token, &long] {
        test.assert_worthless(token).await;
    }
    test.app.refresh(&signed_in.refresh_token).await.unwrap();
}

#[tokio::test]
async fn logging_out_ends_this_login_and_can_be_repeated() {
    let test = TestAccounts::new();
    let here = test.register("ann@example.com").await;
    let there = test.log_in("ann@example.com", PASSWORD).await.unwrap();
    let caller = test.app.verify_access(&here.token).unwrap();
    test.app.logout(&caller).await.unwrap();
    test.app.logout(&caller).await.unwrap();
    test.assert_worthless(&here.refresh_token).await;
    let next = test.app.refresh(&there.refresh_token).await.unwrap();
    test.app
        .logout_by_refresh_token(&next.refresh_token)
        .await
        .unwrap();
    test.assert_worthless(&next.refresh_token).await;
    for nonsense in ["", "vsr_nonsense", &next.refresh_token] {
        test.app.logout_by_refresh_token(nonsense).await.unwrap();
    }
}

#[tokio::test]
async fn an_exchange_reads_the_account_anew() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    let demote = "UPDATE users SET role = 'student' WHERE email = $1";
    test.change_user(demote, "ann@example.com").await;
    let next = test.app.refresh(&signed_in.refresh_token).await.unwrap();
    assert_eq!(next.user.role, Role::Student);
    let caller = test.app.verify_access(&next.token).unwrap();
    assert_eq!(caller.role, Role::Student);
    let delete = "DELETE FROM users WHERE email = $1";
    test.change_user(delete, "ann@example.com").await;
    test.assert_worthless(&next.refresh_token).await;
}

/// A copy of the database signs nobody in.
#[tokio::test]
async fn the_database_does_not_hold_what_was_given_out() {
    let test = TestAccounts::on_sqlite();
    let signed_in = test.register("ann@example.com").await;
    let TestAccounts { app, db, place, .. } = test;
    drop((app, db));
    let DatabasePlace::Folder(folder) = &place else {
        panic!("this is about the file");
    };
    let file = std::fs::read(folder.path().join("test.db")).unwrap();
    let holds = |text: &str| file.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("ann@example.com"));
    assert!(!holds(PASSWORD));
    assert!(!holds(&signed_in.refresh_token));
    assert!(!holds(&signed_in.refresh_token[4..]));
}
