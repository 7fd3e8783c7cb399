use std::time::Duration;

use futures_util::future::join_all;
use vita_app::{ApiKeyIn, AppError, Caller, CreatedKey, PageIn, ProvisionedKey, Verified};
use vita_fixtures::postgres::DatabasePlace;
use vita_model::{Name, Scope, Scopes, UserId};

use super::{TestAccounts, refused_fields};

impl TestAccounts {
    async fn sign_up(&self, email: &str) -> Verified {
        let signed_in = self.register(email).await;
        self.app.authenticate(&signed_in.token).await.unwrap()
    }

    async fn add_key(&self, caller: &Caller, scopes: &[Scope]) -> CreatedKey {
        let input = ApiKeyIn {
            name: "a script".to_owned(),
            scopes: Some(scopes.to_vec()),
            expires_at: None,
        };
        self.app.add_key(caller, input).await.unwrap()
    }

    async fn is_worth_something(&self, credential: &str) -> bool {
        match self.app.authenticate(credential).await {
            Ok(_) => true,
            Err(AppError::Unauthenticated) => false,
            Err(other) => panic!("{other}"),
        }
    }
}

fn provisioned(owner: &UserId, secret: &str) -> ProvisionedKey {
    ProvisionedKey {
        owner: owner.clone(),
        name: Name::parse("load test").unwrap(),
        secret: secret.to_owned(),
        scopes: Scopes::NONE.with(Scope::Read).with(Scope::Write),
    }
}

#[tokio::test]
async fn a_key_says_whose_it_is_and_what_it_is_for() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await.caller;
    let made = test.add_key(&ann, &[Scope::Read]).await;
    assert!(made.secret.starts_with("vsk_"));
    let verified = test.app.authenticate(&made.secret).await.unwrap();
    let caller = &verified.caller;
    assert_eq!((&caller.user, caller.role), (&ann.user, ann.role));
    assert_eq!(caller.login, None);
    assert!(caller.has_scope(Scope::Read));
    assert!(!caller.has_scope(Scope::Write) && !caller.has_scope(Scope::Admin));
    assert!(ann.has_scope(Scope::Write), "a login is for everything");
    let listed = test.app.list_keys(&ann, &PageIn::default()).await.unwrap();
    assert_eq!(listed.items.len(), 1);
    assert_eq!(listed.items[0].id, made.key.id);
}

#[tokio::test]
async fn a_key_ends_with_its_deletion_its_time_and_its_owner() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await.caller;
    let ben = test.sign_up("ben@example.com").await.caller;
    let deleted = test.add_key(&ann, &[Scope::Read]).await;
    assert!(test.is_worth_something(&deleted.secret).await);
    let others = test.app.delete_key(&ben, &deleted.key.id).await;
    assert!(matches!(others.unwrap_err(), AppError::NotFound(_)));
    test.app.delete_key(&ann, &deleted.key.id).await.unwrap();
    // At once, though it was looked up a moment ago.
    assert!(!test.is_worth_something(&deleted.secret).await);

    let until = test.app.add_key(
        &ann,
        ApiKeyIn {
            name: "for today".to_owned(),
            expires_at: Some(vita_model::Timestamp::from_micros(1_800_000_001_000_000)),
            scopes: None,
        },
    );
    let until = until.await.unwrap();
    assert!(test.is_worth_something(&until.secret).await);
    test.clock.advance(Duration::from_secs(1));
    assert!(!test.is_worth_something(&until.secret).await);

    let kept = test.add_key(&ann, &[Scope::Read]).await;
    test.change_user(
        "UPDATE users SET disabled = TRUE WHERE email = $1",
        "ann@example.com",
    )
    .await;
    assert!(!test.is_worth_something(&kept.secret).await);
}

#[tokio::test]
async fn what_a_key_cannot_be_is_told_at_once() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await.caller;
    let past = vita_model::Timestamp::from_micros(1);
    let input = ApiKeyIn {
        name: " ".to_owned(),
        scopes: Some(vec![]),
        expires_at: Some(past),
    };
    let refused = test.app.add_key(&ann, input).await.err().unwrap();
    let expected = [
        ("/name", "EMPTY"),
        ("/scopes", "EMPTY"),
        ("/expiresAt", "OUT_OF_RANGE"),
    ];
    assert_eq!(refused_fields(&refused), expected);
    let admin = ApiKeyIn {
        name: "x".to_owned(),
        scopes: Some(vec![Scope::Admin]),
        expires_at: None,
    };
    let refused = test.app.add_key(&ann, admin).await.err().unwrap();
    assert_eq!(refused_fields(&refused), [("/scopes", "NOT_ALLOWED")]);
}

#[tokio::test]
async fn a_key_with_a_chosen_secret_can_be_provisioned_again() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await.caller;
    let ben = test.sign_up("ben@example.com").await.caller;
    for _ in 0..2 {
        let key = provisioned(&ann.user, "test-token-for-soak");
        test.app.provision_key(key).await.unwrap();
    }
    let verified = test.app.authenticate("test-token-for-soak").await.unwrap();
    assert_eq!(verified.caller.user, ann.user);
    let taken = test
        .app
        .provision_key(provisioned(&ben.user, "test-token-for-soak"));
    assert!(matches!(taken.await.unwrap_err(), AppError::Conflict(_)));
    let refresh = format!("vsr_{}", "A".repeat(43));
    let ticket = format!("vst_{}", "A".repeat(43));
    for secret in [
        "short",
        "with a blank in it",
        &refresh,
        &ticket,
        "eyJhbGciOi.eyJzdWIi.c2ln",
    ] {
        let refused = test.app.provision_key(provisioned(&ann.user, secret)).await;
        assert_eq!(
            refused_fields(&refused.unwrap_err()),
            [("/secret", "MALFORMED")]
        );
    }
}

#[tokio::test]
async fn a_keys_use_is_noted_once_a_minute() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await.caller;
    let made = test.add_key(&ann, &[Scope::Read]).await;
    let last_used = async || {
        let listed = test.app.list_keys(&ann, &PageIn::default()).await.unwrap();
        listed.items[0].last_used_at
    };
    assert_eq!(last_used().await, None);
    test.app.authenticate(&made.secret).await.unwrap();
    let mut noted = last_used().await;
    while noted.is_none() {
        tokio::task::yield_now().await;
        noted = last_used().await;
    }
    test.clock.advance(Duration::from_secs(59));
    test.app.authenticate(&made.secret).await.unwrap();
    assert_eq!(last_used().await, noted);
    test.clock.advance(Duration::from_secs(6));
    test.app.authenticate(&made.secret).await.unwrap();
    while last_used().await == noted {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_key_costs_one_statement_in_five_seconds() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await.caller;
    let made = test.add_key(&ann, &[Scope::Read]).await;
    let counted = async || {
        let scope = vita_telemetry::RequestScope::new();
        let asked = test.app.authenticate(&made.secret);
        std::sync::Arc::clone(&scope).enter(asked).await.unwrap();
        scope.statement_count()
    };
    assert_eq!(counted().await, 1);
    test.clock.advance(Duration::from_secs(4));
    assert_eq!(counted().await, 0);
    test.clock.advance(Duration::from_secs(1));
    assert_eq!(counted().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_present_a_ticket_one_gets_in() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await;
    // Of another process on the same database, too.
    let elsewhere = test.restarted(super::accounts_config(), 7);
    for _ in 0..5 {
        let ticket = test.app.add_ticket(&ann).await.unwrap().ticket;
        let presented = (0..32).map(|n| {
            let app = if n % 2 == 0 {
                test.app.clone()
            } else {
                elsewhere.clone()
            };
            let ticket = ticket.clone();
            tokio::spawn(async move { app.redeem_ticket(&ticket).await.is_ok() })
        });
        let let_in = join_all(presented.collect::<Vec<_>>()).await;
        let let_in = let_in.into_iter().filter(|one| *one.as_ref().unwrap());
        assert_eq!(let_in.count(), 1);
    }
    assert_eq!(test.count("SELECT COUNT(*) FROM tickets").await, 0);
}

#[tokio::test]
async fn a_ticket_stands_for_what_it_was_asked_for_with() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await;
    let ticket = test.app.add_ticket(&ann).await.unwrap().ticket;
    let redeemed = test.app.redeem_ticket(&ticket).await.unwrap();
    assert_eq!(redeemed.caller.login, ann.caller.login);
    assert!(test.app.still_stands(&redeemed).await);
    test.clock.advance(Duration::from_mins(15));
    assert!(
        !test.app.still_stands(&redeemed).await,
        "its token has ended"
    );

    let ann = test
        .log_in("ann@example.com", super::PASSWORD)
        .await
        .unwrap();
    let ann = test.app.authenticate(&ann.token).await.unwrap();
    let made = test.add_key(&ann.caller, &[Scope::Read]).await;
    let key = test.app.authenticate(&made.secret).await.unwrap();
    let ticket = test.app.add_ticket(&key).await.unwrap().ticket;
    let redeemed = test.app.redeem_ticket(&ticket).await.unwrap();
    assert_eq!(redeemed.caller.key, key.caller.key);
    assert!(test.app.still_stands(&redeemed).await);
    test.app
        .delete_key(&ann.caller, &made.key.id)
        .await
        .unwrap();
    assert!(!test.app.still_stands(&redeemed).await);
}

#[tokio::test]
async fn a_ticket_ends_with_its_time_its_login_and_its_key() {
    let test = TestAccounts::new();
    let ann = test.sign_up("ann@example.com").await;
    let made = test.add_key(&ann.caller, &[Scope::Read]).await;
    let key = test.app.authenticate(&made.secret).await.unwrap();
    let late = test.app.add_ticket(&ann).await.unwrap().ticket;
    test.clock.advance(Duration::from_secs(30));
    assert!(test.app.redeem_ticket(&late).await.is_err());
    let of_login = test.app.add_ticket(&ann).await.unwrap().ticket;
    let of_key = test.app.add_ticket(&key).await.unwrap().ticket;
    test.app
        .delete_key(&ann.caller, &made.key.id)
        .await
        .unwrap();
    test.app.logout(&ann.caller).await.unwrap();
    assert!(test.app.redeem_ticket(&of_key).await.is_err());
    assert!(test.app.redeem_ticket(&of_login).await.is_err());
}

/// Each sort of credential at each place where another one belongs.
#[tokio::test]
async fn no_credential_passes_for_another() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    let ann = test.app.authenticate(&signed_in.token).await.unwrap();
    let key = test.add_key(&ann.caller, &[Scope::Read]).await.secret;
    let ticket = test.app.add_ticket(&ann).await.unwrap().ticket;
    let (access, refresh) = (signed_in.token.as_str(), signed_in.refresh_token.as_str());
    for (credential, is_bearer, is_refresh, is_ticket) in [
        (access, true, false, false),
        (refresh, false, true, false),
        (&key, true, false, false),
        (&ticket, false, false, true),
    ] {
        let as_bearer = test.app.authenticate(credential).await.is_ok();
        let as_access = test.app.verify_access(credential).is_ok();
        let as_ticket = test.app.redeem_ticket(credential).await.is_ok();
        let as_refresh = test.app.refresh(credential).await.is_ok();
        assert_eq!(as_bearer, is_bearer, "{credential}");
        assert_eq!(as_access, credential == access, "{credential}");
        assert_eq!(as_ticket, is_ticket, "{credential}");
        assert_eq!(as_refresh, is_refresh, "{credential}");
    }
}

#[tokio::test]
async fn the_database_holds_no_secret() {
    let test = TestAccounts::on_sqlite();
    let ann = test.sign_up("ann@example.com").await;
    let key = test.add_key(&ann.caller, &[Scope::Read]).await.secret;
    let ticket = test.app.add_ticket(&ann).await.unwrap().ticket;
    let TestAccounts { app, db, place, .. } = test;
    drop((app, db));
    let DatabasePlace::Folder(folder) = &place else {
        panic!("this is about the file");
    };
    let file = std::fs::read(folder.path().join("test.db")).unwrap();
    let holds = |text: &str| file.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("a script"));
    assert!(!holds(&key[4..]) && !holds(&ticket[4..]));
}
