use std::time::Duration;

use vita_app::{ApiKeyIn, AppError, Caller, PageIn, UserChange};
use vita_model::{Credits, Role};

use super::{HOME, PASSWORD, TestAccounts, refused_fields};

impl TestAccounts {
    async fn sign_in_admin(&self, email: &str) -> Caller {
        self.app.create_admin(email, PASSWORD).await.unwrap();
        let signed_in = self.log_in(email, PASSWORD).await.unwrap();
        self.app.verify_access(&signed_in.token).unwrap()
    }

    async fn ledger_sum(&self) -> i64 {
        self.count("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM ledger")
            .await
    }
}

fn role(role: Role) -> UserChange {
    UserChange {
        role: Some(role),
        ..UserChange::default()
    }
}

fn disabled(disabled: bool) -> UserChange {
    UserChange {
        disabled: Some(disabled),
        ..UserChange::default()
    }
}

fn credits(amount: i64) -> UserChange {
    UserChange {
        credits: Some(Credits(amount)),
        ..UserChange::default()
    }
}

#[tokio::test]
async fn an_administrator_finds_accounts_by_the_beginning_of_their_address() {
    let test = TestAccounts::new();
    let admin = test.sign_in_admin("root@example.com").await;
    for email in [
        "ann@example.com",
        "anna@example.com",
        "a_n@example.com",
        "ben@example.com",
    ] {
        test.register(email).await;
    }
    let find = async |prefix: &str| {
        let page = test
            .app
            .list_users(&admin, prefix, &PageIn::default())
            .await;
        let mut found: Vec<String> = page
            .unwrap()
            .items
            .into_iter()
            .map(|user| user.email.as_str().to_owned())
            .collect();
        found.sort();
        found
    };
    assert_eq!(find("").await.len(), 5);
    assert_eq!(find("ANN").await, ["ann@example.com", "anna@example.com"]);
    assert_eq!(find("a_").await, ["a_n@example.com"]);
    assert_eq!(find("%").await, [""; 0]);
    assert_eq!(find("a!_'; --").await, [""; 0]);
    let long = test
        .app
        .list_users(&admin, &"x".repeat(300), &PageIn::default())
        .await;
    assert_eq!(refused_fields(&long.unwrap_err()), [("email", "MALFORMED")]);
}

#[tokio::test]
async fn credits_are_added_with_a_line_in_the_ledger() {
    let test = TestAccounts::new();
    let admin = test.sign_in_admin("root@example.com").await;
    let ann = test.register("ann@example.com").await.user.id;
    let before = test.ledger_sum().await;
    let more = test
        .app
        .update_user(&admin, &ann, credits(50))
        .await
        .unwrap();
    assert_eq!(more.balance, Credits(150));
    let less = test
        .app
        .update_user(&admin, &ann, credits(-150))
        .await
        .unwrap();
    assert_eq!(less.balance, Credits(0));
    let refused = test
        .app
        .update_user(&admin, &ann, credits(-1))
        .await
        .unwrap_err();
    assert!(matches!(refused, AppError::Conflict(_)), "{refused}");
    let refused = test
        .app
        .update_user(&admin, &ann, credits(i64::MIN))
        .await
        .unwrap_err();
    assert_eq!(refused_fields(&refused), [("/credits", "OUT_OF_RANGE")]);
    assert_eq!(test.ledger_sum().await, before - 100);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_can_be_let_in_again() {
    let test = TestAccounts::new();
    let admin = test.sign_in_admin("root@example.com").await;
    let signed_in = test.register("ann@example.com").await;
    let ann = test.app.verify_access(&signed_in.token).unwrap();
    let key = ApiKeyIn {
        name: "a script".to_owned(),
        ..ApiKeyIn::default()
    };
    let key = test.app.add_key(&ann, key).await.unwrap().secret;
    assert!(test.app.authenticate(&key).await.is_ok());
    let changed = test
        .app
        .update_user(&admin, &ann.user, disabled(true))
        .await;
    assert!(changed.unwrap().disabled);
    assert!(test.app.authenticate(&signed_in.token).await.is_err());
    assert!(test.app.authenticate(&key).await.is_err());
    assert!(test.app.refresh(&signed_in.refresh_token).await.is_err());
    assert!(test.log_in("ann@example.com", PASSWORD).await.is_err());

    test.app
        .update_user(&admin, &ann.user, disabled(false))
        .await
        .unwrap();
    assert!(test.app.authenticate(&key).await.is_ok());
    assert!(
        test.app.authenticate(&signed_in.token).await.is_err(),
        "the login stays ended"
    );
    test.log_in("ann@example.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_changed_role_holds_from_the_next_login_on_and_the_old_one_no_longer() {
    let test = TestAccounts::new();
    let admin = test.sign_in_admin("root@example.com").await;
    let signed_in = test.register("ann@example.com").await;
    let change = role(Role::Student);
    test.app
        .update_user(&admin, &signed_in.user.id, change)
        .await
        .unwrap();
    assert!(test.app.verify_access(&signed_in.token).is_err());
    let again = test.log_in("ann@example.com", PASSWORD).await.unwrap();
    assert_eq!(
        test.app.verify_access(&again.token).unwrap().role,
        Role::Student
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let test = TestAccounts::new();
    let first = test.sign_in_admin("root@example.com").await;
    for change in [role(Role::Creator), disabled(true)] {
        let refused = test.app.update_user(&first, &first.user, change).await;
        assert!(matches!(refused.unwrap_err(), AppError::Conflict(_)));
    }
    let refused = test.app.delete_account(&first, PASSWORD, HOME).await;
    assert!(matches!(refused.unwrap_err(), AppError::Conflict(_)));

    let second = test.sign_in_admin("toor@example.com").await;
    test.app
        .update_user(&second, &first.user, disabled(true))
        .await
        .unwrap();
    let refused = test
        .app
        .update_user(&second, &second.user, role(Role::Creator))
        .await;
    assert!(matches!(refused.unwrap_err(), AppError::Conflict(_)));
    test.app
        .update_user(&second, &first.user, disabled(false))
        .await
        .unwrap();
    test.app
        .delete_account(&second, PASSWORD, HOME)
        .await
        .unwrap();
    let admins = test.app.list_admins().await.unwrap();
    assert_eq!(admins.len(), 1);
    assert_eq!(admins[0].0.email.as_str(), "root@example.com");
}

#[tokio::test]
async fn every_act_is_recorded_with_who_did_what_to_whom() {
    let test = TestAccounts::new();
    let admin = test.sign_in_admin("root@example.com").await;
    let ann = test.register("ann@example.com").await.user.id;
    test.clock.advance(Duration::from_secs(1));
    test.app
        .update_user(&admin, &ann, credits(5))
        .await
        .unwrap();
    // What was refused has not happened.
    test.app
        .update_user(&admin, &ann, credits(-1_000))
        .await
        .unwrap_err();
    let page = test
        .app
        .list_audit_entries(&admin, &PageIn::default())
        .await
        .unwrap();
    let acts: Vec<_> = page
        .items
        .iter()
        .map(|act| {
            (
                act.actor.as_ref(),
                act.action.as_str(),
                act.subject.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        acts,
        [
            (Some(&admin.user), "user.update", Some(ann.as_str())),
            (None, "admin.create", Some(admin.user.as_str())),
        ]
    );
    assert_eq!(
        page.items[0].detail,
        r#"{"credits":5,"disabled":null,"role":null}"#
    );
}
