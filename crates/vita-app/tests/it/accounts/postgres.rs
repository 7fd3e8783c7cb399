//! What depends on how a database tells transactions at the same time apart, on PostgreSQL; and every
//! statement of accounts once.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use vita_app::{ApiKeyIn, AppError, PageIn, UserChange};
use vita_fixtures::postgres::{DatabasePlace, has_postgres, new_empty_database};
use vita_model::{Credits, Role};

use super::{HOME, PASSWORD, TestAccounts, accounts_config};

fn on_postgres() -> Option<TestAccounts> {
    let place = || DatabasePlace::Server(new_empty_database());
    has_postgres().then(|| TestAccounts::over(place(), accounts_config()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_rules_hold_between_transactions_at_the_same_time() {
    let Some(test) = on_postgres() else {
        return;
    };
    // Two processes on one database.
    let elsewhere = test.restarted(accounts_config(), 7);
    let app = |n: usize| {
        if n.is_multiple_of(2) {
            test.app.clone()
        } else {
            elsewhere.clone()
        }
    };

    let signed_in = test.register("ann@example.com").await;
    let exchanges = (0..50).map(|n| {
        let (app, token) = (app(n), signed_in.refresh_token.clone());
        tokio::spawn(async move { app.refresh(&token).await.unwrap().refresh_token })
    });
    let successors = join_all(exchanges.collect::<Vec<_>>()).await;
    let successors: HashSet<String> = successors.into_iter().map(Result::unwrap).collect();
    assert_eq!(successors.len(), 1);

    let ann = test.app.authenticate(&signed_in.token).await.unwrap();
    for _ in 0..5 {
        let ticket = test.app.add_ticket(&ann).await.unwrap().ticket;
        let presented = (0..32).map(|n| {
            let (app, ticket) = (app(n), ticket.clone());
            tokio::spawn(async move { app.redeem_ticket(&ticket).await.is_ok() })
        });
        let let_in = join_all(presented.collect::<Vec<_>>()).await;
        assert_eq!(
            let_in
                .into_iter()
                .filter(|one| *one.as_ref().unwrap())
                .count(),
            1
        );
    }

    for round in 0..5 {
        let emails = [
            format!("a{round}@example.com"),
            format!("b{round}@example.com"),
        ];
        let mut admins = Vec::new();
        for email in &emails {
            test.app.create_admin(email, PASSWORD).await.unwrap();
            let login = test.log_in(email, PASSWORD).await.unwrap();
            admins.push(test.app.verify_access(&login.token).unwrap());
        }
        // Each takes the other's role away; one of them must stay.
        let demote = UserChange {
            role: Some(Role::Creator),
            ..UserChange::default()
        };
        let (first, second) = tokio::join!(
            test.app
                .update_user(&admins[0], &admins[1].user, demote.clone()),
            elsewhere.update_user(&admins[1], &admins[0].user, demote.clone()),
        );
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let left = test.app.list_admins().await.unwrap();
        assert_eq!(left.len(), 1);
        // So that the next round begins without one.
        let lost = "UPDATE users SET role = 'creator' WHERE role = 'admin' AND email = $1";
        let left = left[0].0.email.as_str().to_owned();
        test.change_user(lost, &left).await;
    }
}

#[tokio::test]
async fn every_statement_of_accounts_is_understood() {
    let Some(test) = on_postgres() else {
        return;
    };
    let app = &test.app;
    let root = app
        .create_admin("root@example.com", PASSWORD)
        .await
        .unwrap();
    let login = test.log_in("root@example.com", PASSWORD).await.unwrap();
    let admin = app.verify_access(&login.token).unwrap();
    let signed_in = test.register("ann@example.com").await;
    let ann = app.verify_access(&signed_in.token).unwrap();
    let key = ApiKeyIn {
        name: "a script".to_owned(),
        ..ApiKeyIn::default()
    };
    let key = app.add_key(&ann, key).await.unwrap();
    let by_key = app.authenticate(&key.secret).await.unwrap();
    let ticket = app.add_ticket(&by_key).await.unwrap().ticket;
    assert!(app.redeem_ticket(&ticket).await.is_ok());
    let page = PageIn::default();
    assert_eq!(app.list_keys(&ann, &page).await.unwrap().items.len(), 1);
    assert_eq!(app.list_logins(&ann, &page).await.unwrap().items.len(), 1);
    let found = app.list_users(&admin, "AN", &page).await.unwrap().items;
    assert_eq!(found[0].id, ann.user);

    let change = UserChange {
        disabled: Some(true),
        credits: Some(Credits(-40)),
        ..UserChange::default()
    };
    let changed = app.update_user(&admin, &ann.user, change).await.unwrap();
    assert_eq!((changed.disabled, changed.balance), (true, Credits(60)));
    let change = UserChange {
        credits: Some(Credits(-61)),
        ..UserChange::default()
    };
    let refused = app
        .update_user(&admin, &ann.user, change)
        .await
        .unwrap_err();
    assert!(matches!(refused, AppError::Conflict(_)), "{refused}");
    let let_in = UserChange {
        disabled: Some(false),
        ..UserChange::default()
    };
    app.update_user(&admin, &ann.user, let_in).await.unwrap();
    let audit = app.list_audit_entries(&admin, &page).await.unwrap();
    assert!(!audit.items.is_empty());
    app.delete_key(&ann, &key.key.id).await.unwrap();

    let elsewhere = test.restarted(accounts_config(), 7);
    elsewhere.load_ended_logins().await.unwrap();
    assert!(elsewhere.verify_access(&signed_in.token).is_err());
    app.reset_password("ann@example.com", PASSWORD)
        .await
        .unwrap();
    test.clock.advance(Duration::from_secs(1));
    let again = test.log_in("ann@example.com", PASSWORD).await.unwrap();
    let ann = app.verify_access(&again.token).unwrap();
    app.end_other_logins(&ann).await.unwrap();
    app.delete_account(&ann, PASSWORD, HOME).await.unwrap();
    assert_nothing_is_left(&test).await;
    let late = app.find_balance(&ann).await.unwrap_err();
    assert!(matches!(late, AppError::Unauthenticated), "{late}");
    assert_eq!(root.role, Role::Admin);
}

/// Nothing of any account but the administrator's.
async fn assert_nothing_is_left(test: &TestAccounts) {
    for table in [
        "SELECT COUNT(*) FROM logins WHERE user_id <> (SELECT id FROM users WHERE email = 'root@example.com')",
        "SELECT COUNT(*) FROM api_keys",
        "SELECT COUNT(*) FROM tickets",
        "SELECT COUNT(*) FROM users WHERE email <> 'root@example.com'",
        "SELECT COUNT(*) FROM credit_accounts WHERE balance <> 100",
    ] {
        assert_eq!(test.count(table).await, 0, "{table}");
    }
}
