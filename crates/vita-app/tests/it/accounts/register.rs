use vita_app::{AccountsConfig, AppError, PageIn, RegisterIn};
use vita_model::{Credits, LedgerKind, Role};

use super::{PASSWORD, TestAccounts, accounts_config, applicant, refused_fields};

const COUNT_USERS: &str = "SELECT COUNT(*) FROM users";
const COUNT_GRANTS: &str = "SELECT COUNT(*) FROM ledger";

#[tokio::test]
async fn a_new_account_is_signed_in_and_has_its_first_credits() {
    let test = TestAccounts::new();
    let signed_in = test.register(" Ann@Example.COM ").await;
    assert_eq!(signed_in.user.email.as_str(), "ann@example.com");
    assert_eq!(signed_in.user.name.as_str(), "Ann");
    assert_eq!(signed_in.user.role, Role::Creator);
    assert_eq!(signed_in.expires_in_secs, 900);
    let caller = test.app.verify_access(&signed_in.token).unwrap();
    assert_eq!(caller.user, signed_in.user.id);
    let balance = test.app.find_balance(&caller).await.unwrap();
    assert_eq!(
        (balance.balance, balance.reserved),
        (Credits(100), Credits(0))
    );
    let ledger = test
        .app
        .list_ledger(&caller, &PageIn::default())
        .await
        .unwrap();
    assert_eq!(ledger.items.len(), 1);
    assert_eq!(ledger.items[0].kind, LedgerKind::Grant);
    test.log_in("ANN@example.com", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn every_field_that_must_change_is_told_at_once() {
    let test = TestAccounts::new();
    let input = RegisterIn {
        email: "not an address".to_owned(),
        password: "short".to_owned(),
        name: "a\0b".to_owned(),
        ..RegisterIn::default()
    };
    let error = test.app.register(input).await.unwrap_err();
    let expected = [
        ("/email", "MALFORMED"),
        ("/password", "TOO_SHORT"),
        ("/name", "CONTROL_CHARACTER"),
    ];
    assert_eq!(refused_fields(&error), expected);
    let long = RegisterIn {
        password: "x".repeat(1_000_000),
        ..applicant("ann@example.com")
    };
    let error = test.app.register(long).await.unwrap_err();
    assert_eq!(refused_fields(&error), [("/password", "TOO_LONG")]);
    assert_eq!(test.count(COUNT_USERS).await, 0);
    assert_eq!(test.app.hash_counts().hashes, 0);
}

#[tokio::test]
async fn an_address_has_one_account_however_it_is_written() {
    let test = TestAccounts::new();
    test.register("ann@example.com").await;
    let again = test.app.register(applicant("ANN@example.com")).await;
    assert!(
        matches!(again.unwrap_err(), AppError::Conflict(message) if message.contains("e-mail"))
    );
    assert_eq!(test.count(COUNT_USERS).await, 1);
}

/// Both ask before either has written, so that the constraint decides.
#[tokio::test]
async fn of_two_who_register_an_address_at_once_one_gets_it() {
    let test = TestAccounts::new();
    let (first, second) = tokio::join!(
        test.app.register(applicant("ann@example.com")),
        test.app.register(applicant("ann@example.com")),
    );
    let lost = match (first, second) {
        (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => lost,
        both => panic!("{both:?}"),
    };
    assert!(matches!(lost, AppError::Conflict(_)), "{lost}");
    assert_eq!(test.count(COUNT_USERS).await, 1);
    assert_eq!(test.count(COUNT_GRANTS).await, 1);
}

#[tokio::test]
async fn registration_can_be_closed_but_not_for_administrators() {
    let test = TestAccounts::with(AccountsConfig {
        registration_open: false,
        ..accounts_config()
    });
    let refused = test.app.register(applicant("ann@example.com")).await;
    assert!(matches!(refused.unwrap_err(), AppError::Forbidden));
    let admin = test.app.create_admin("root@example.com", PASSWORD).await;
    assert_eq!(admin.unwrap().role, Role::Admin);
    let signed_in = test.log_in("root@example.com", PASSWORD).await.unwrap();
    let caller = test.app.verify_access(&signed_in.token).unwrap();
    assert_eq!(caller.role, Role::Admin);
    let again = test.app.create_admin("root@example.com", PASSWORD).await;
    assert!(matches!(again.unwrap_err(), AppError::Conflict(_)));
}
