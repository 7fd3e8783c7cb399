use vita_model::Timestamp;
use vita_store::idempotency::{self, KeptOutcome};

use crate::world::World;

#[tokio::test]
async fn outcomes_belong_to_their_owner_and_go_when_they_are_old() {
    let world = World::new();
    let (ann, ben) = (world.add_user(1).await, world.add_user(1).await);
    let kept = KeptOutcome {
        fingerprint: vec![1, 2],
        outcome: "{}".to_owned(),
        created_at: Timestamp::from_micros(100),
    };
    let args = (ann, ben, kept.clone());
    world
        .write(args, |tx, (ann, ben, kept)| {
            Box::pin(async move {
                idempotency::keep_outcome(tx, ann, "key", kept).await?;
                let own = idempotency::find_outcome(tx, ann, "key").await?;
                assert_eq!(own.as_ref(), Some(kept));
                assert_eq!(idempotency::find_outcome(tx, ben, "key").await?, None);
                let at = Timestamp::from_micros;
                assert_eq!(
                    idempotency::delete_outcomes_before(tx, at(100), 9).await?,
                    0
                );
                assert_eq!(
                    idempotency::delete_outcomes_before(tx, at(101), 9).await?,
                    1
                );
                Ok(())
            })
        })
        .await;
}
