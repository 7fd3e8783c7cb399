use vita_app::{AppError, ProfilePatch};

use super::{TestAccounts, refused_fields};

fn named(name: &str) -> ProfilePatch {
    ProfilePatch {
        name: Some(name.to_owned()),
    }
}

#[tokio::test]
async fn an_account_sees_and_renames_itself() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    test.register("ben@example.com").await;
    let ann = test.app.verify_access(&signed_in.token).unwrap();
    assert_eq!(test.app.profile(&ann).await.unwrap(), signed_in.user);
    let name = "Ann 👩‍🎨 O'Neill; DROP TABLE users";
    let renamed = test.app.update_profile(&ann, named(name)).await.unwrap();
    assert_eq!(renamed.name.as_str(), name);
    assert_eq!(test.app.profile(&ann).await.unwrap(), renamed);
    let unchanged = test.app.update_profile(&ann, ProfilePatch::default()).await;
    assert_eq!(unchanged.unwrap(), renamed);
    let others = "SELECT COUNT(*) FROM users WHERE name = 'Ann'";
    assert_eq!(test.count(others).await, 1);
}

#[tokio::test]
async fn a_name_that_cannot_be_one_is_refused() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    let ann = test.app.verify_access(&signed_in.token).unwrap();
    let long = "x".repeat(101);
    for (name, code) in [("a\nb", "CONTROL_CHARACTER"), (long.as_str(), "TOO_LONG")] {
        let refused = test
            .app
            .update_profile(&ann, named(name))
            .await
            .unwrap_err();
        assert_eq!(refused_fields(&refused), [("/name", code)]);
    }
}

#[tokio::test]
async fn a_deleted_account_is_nobody_though_its_token_lives_on() {
    let test = TestAccounts::new();
    let signed_in = test.register("ann@example.com").await;
    let ann = test.app.verify_access(&signed_in.token).unwrap();
    let delete = "DELETE FROM users WHERE email = $1";
    test.change_user(delete, "ann@example.com").await;
    let gone = test.app.profile(&ann).await.unwrap_err();
    assert!(matches!(gone, AppError::Unauthenticated), "{gone}");
    let gone = test.app.update_profile(&ann, named("x")).await.unwrap_err();
    assert!(matches!(gone, AppError::Unauthenticated), "{gone}");
}
