use std::time::Duration;

use vita_app::{AppError, PageIn, PasswordChange};
use vita_model::FamilyId;

use super::{HOME, PASSWORD, TestAccounts, refused_fields};

const NEW_PASSWORD: &str = "another horse battery";

impl TestAccounts {
    async fn open_logins(&self, token: &str) -> Vec<FamilyId> {
        let caller = self.app.verify_access(token).unwrap();
        let page = self.app.list_logins(&caller, &PageIn::default()).await;
        page.unwrap()
            .items
            .into_iter()
            .map(|login| login.id)
            .collect()
    }

    async fn change_password(&self, token: &str, current: &str, new: &str) -> Result<(), AppError> {
        let caller = self.app.verify_access(token).unwrap();
        let change = PasswordChange {
            current: current.to_owned(),
            new: new.to_owned(),
        };
        self.app.change_password(&caller, change, HOME).await
    }
}

#[tokio::test]
async fn somebody_sees_their_logins_and_ends_one() {
    let test = TestAccounts::new();
    let here = test.register("ann@example.com").await;
    test.clock.advance(Duration::from_secs(1));
    let there = test.log_in("ann@example.com", PASSWORD).await.unwrap();
    let other = test.register("ben@example.com").await;
    let ann = test.app.verify_access(&here.token).unwrap();
    let page = test
        .app
        .list_logins(&ann, &PageIn::default())
        .await
        .unwrap();
    assert_eq!(page.items.len(), 2);
    assert_eq!(page.items[0].user_agent.as_deref(), Some("a browser"));
    assert_eq!(page.items[0].address.as_deref(), Some("192.0.2.1"));
    assert_eq!(Some(&page.items[1].id), ann.login.as_ref());

    let bens = test.app.verify_access(&other.token).unwrap().login.unwrap();
    assert!(!test.app.end_login(&ann, &bens).await.unwrap());
    assert!(test.app.end_login(&ann, &page.items[0].id).await.unwrap());
    assert!(!test.app.end_login(&ann, &page.items[0].id).await.unwrap());
    let refused = test.app.verify_access(&there.token).unwrap_err();
    assert!(matches!(refused, AppError::TokenExpired), "{refused}");
    assert!(test.app.refresh(&there.refresh_token).await.is_err());
    assert_eq!(test.open_logins(&here.token).await, [ann.login.unwrap()]);
    assert!(test.app.verify_access(&other.token).is_ok());
}

#[tokio::test]
async fn another_process_learns_which_logins_ended() {
    let test = TestAccounts::new();
    let here = test.register("ann@example.com").await;
    let elsewhere = test.restarted(super::accounts_config(), 7);
    let ann = test.app.verify_access(&here.token).unwrap();
    test.app.logout(&ann).await.unwrap();
    assert!(elsewhere.verify_access(&here.token).is_ok());
    elsewhere.load_ended_logins().await.unwrap();
    assert!(elsewhere.verify_access(&here.token).is_err());
    // Nothing is kept longer than an access token lives.
    test.clock.advance(Duration::from_mins(16));
    let later = test.restarted(super::accounts_config(), 7);
    later.load_ended_logins().await.unwrap();
    let refused = later.verify_access(&here.token).unwrap_err();
    assert!(matches!(refused, AppError::TokenExpired), "{refused}");
}

#[tokio::test]
async fn a_new_password_ends_all_other_logins() {
    let test = TestAccounts::new();
    let here = test.register("ann@example.com").await;
    let there = test.log_in("ann@example.com", PASSWORD).await.unwrap();
    let wrong = test
        .change_password(&here.token, "wrong password", NEW_PASSWORD)
        .await;
    assert!(matches!(wrong.unwrap_err(), AppError::InvalidCredentials));
    let short = test.change_password(&here.token, PASSWORD, "short").await;
    let short = short.unwrap_err();
    assert_eq!(refused_fields(&short), [("/newPassword", "TOO_SHORT")]);
    assert!(test.app.verify_access(&there.token).is_ok());

    test.change_password(&here.token, PASSWORD, NEW_PASSWORD)
        .await
        .unwrap();
    assert!(test.app.verify_access(&there.token).is_err());
    assert!(test.app.refresh(&there.refresh_token).await.is_err());
    assert!(test.app.refresh(&here.refresh_token).await.is_ok());
    assert!(test.log_in("ann@example.com", PASSWORD).await.is_err());
    test.log_in("ann@example.com", NEW_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn a_password_cannot_be_guessed_through_its_change() {
    let test = TestAccounts::new();
    let here = test.register("ann@example.com").await;
    for _ in 0..10 {
        let wrong = test
            .change_password(&here.token, "wrong password", NEW_PASSWORD)
            .await;
        assert!(matches!(wrong.unwrap_err(), AppError::InvalidCredentials));
    }
    let right = test
        .change_password(&here.token, PASSWORD, NEW_PASSWORD)
        .await;
    assert!(matches!(right.unwrap_err(), AppError::RateLimited { .. }));
    // They are failures of the account like any others.
    let login = test.log_in("ann@example.com", PASSWORD).await.unwrap_err();
    assert!(matches!(login, AppError::RateLimited { .. }), "{login}");
}

#[tokio::test]
async fn the_command_line_resets_a_password_without_the_old_one() {
    let test = TestAccounts::new();
    let here = test.register("ann@example.com").await;
    let email = test
        .app
        .reset_password("ANN@example.com", NEW_PASSWORD)
        .await;
    assert_eq!(email.unwrap().as_str(), "ann@example.com");
    assert!(test.app.verify_access(&here.token).is_err());
    assert!(test.log_in("ann@example.com", PASSWORD).await.is_err());
    test.log_in("ann@example.com", NEW_PASSWORD).await.unwrap();
    let nobody = test
        .app
        .reset_password("ben@example.com", NEW_PASSWORD)
        .await;
    assert!(matches!(nobody.unwrap_err(), AppError::NotFound("account")));
    let acts =
        "SELECT COUNT(*) FROM audit_log WHERE action = 'user.reset_password' AND actor_id IS NULL";
    assert_eq!(test.count(acts).await, 1);
}
