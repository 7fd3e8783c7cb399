use proptest::prelude::*;
use vita_db::{DbError, params};
use vita_model::{Credits, GenerationId, LedgerEntryId, UserId};
use vita_store::credits::{self, Posting, Refund};
use vita_store::{Page, PageSize};

use crate::world::World;

/// One thing that may happen to a generation's money; any of them may come twice or out of order.
#[derive(Clone, Copy, Debug)]
enum Act {
    Reserve,
    Settle,
    Refund,
}

#[derive(Clone, Copy, Debug)]
struct Event {
    generation: u8,
    act: Act,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let act = prop_oneof![Just(Act::Reserve), Just(Act::Settle), Just(Act::Refund)];
    let event = (0_u8..6, act).prop_map(|(generation, act)| Event { generation, act });
    prop::collection::vec(event, 1..40)
}

async fn apply(world: &World, owner: &UserId, event: Event) -> Result<(), DbError> {
    let generation = GenerationId::from_trusted(format!("gen_{}", event.generation));
    let cost = Credits(i64::from(event.generation) * 7 + 1);
    let entry = LedgerEntryId::from_trusted(format!("led_{}", world.tick().as_micros()));
    let args = (owner.clone(), generation, entry, world.tick());
    world
        .db
        .write(args, move |tx, (owner, generation, entry, at)| {
            Box::pin(async move {
                let posting = Posting {
                    owner,
                    entry,
                    at: *at,
                };
                match event.act {
                    Act::Reserve => {
                        credits::reserve(tx, posting, generation, cost).await?;
                        Ok(())
                    }
                    Act::Settle => credits::settle(tx, posting, generation, cost).await,
                    Act::Refund => credits::refund(tx, posting, generation, cost).await,
                }
            })
        })
        .await
}

async fn sums(world: &World, owner: &UserId) -> (i64, i64, i64) {
    world
        .write(owner.clone(), |tx, owner| {
            Box::pin(async move {
                let balance = credits::find_balance(tx, owner).await?;
                let sum = "SELECT CAST(SUM(amount) AS BIGINT) FROM ledger WHERE owner_id = $1";
                let sum = tx.query_one(sum, params![owner], |row| row.get(0)).await?;
                Ok((sum, balance.balance.0, balance.reserved.0))
            })
        })
        .await
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(vita_fixtures::postgres::cases(24)))]

    #[test]
    fn the_ledger_sums_to_the_balance_whatever_comes_twice(history in events()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let owner = world.add_user(60).await;
            for event in history {
                // A repeated act violates the constraint and undoes its transaction.
                let _ = apply(&world, &owner, event).await;
                let (sum, balance, reserved) = sums(&world, &owner).await;
                prop_assert_eq!(sum, balance);
                prop_assert!(balance >= 0 && reserved >= 0);
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_generation_is_charged_once_and_refunded_once() {
    let world = World::new();
    let owner = world.add_user(100).await;
    let act = |act| Event { generation: 1, act };
    apply(&world, &owner, act(Act::Reserve)).await.unwrap();
    let again = apply(&world, &owner, act(Act::Reserve)).await.unwrap_err();
    assert!(again.violates("ledger_generation_id_kind_key"), "{again}");
    apply(&world, &owner, act(Act::Refund)).await.unwrap();
    let again = apply(&world, &owner, act(Act::Refund)).await.unwrap_err();
    assert!(matches!(again, DbError::Constraint { .. }), "{again}");
    assert_eq!(sums(&world, &owner).await, (100, 100, 0));
}

#[tokio::test]
async fn what_the_balance_does_not_reach_is_not_reserved() {
    let world = World::new();
    let owner = world.add_user(3).await;
    apply(
        &world,
        &owner,
        Event {
            generation: 1,
            act: Act::Reserve,
        },
    )
    .await
    .unwrap();
    assert_eq!(sums(&world, &owner).await, (3, 3, 0));
    let ledger: Page<_> = world
        .write(owner.clone(), |tx, owner| {
            Box::pin(credits::list_entries(tx, owner, PageSize::DEFAULT, None))
        })
        .await;
    assert_eq!(ledger.items.len(), 1);
}

#[tokio::test]
async fn many_reservations_come_back_in_one_go_and_add_up_line_by_line() {
    let world = World::new();
    let owner = world.add_user(100).await;
    let mut refunds = Vec::new();
    for generation in 1..=7 {
        let event = Event {
            generation,
            act: Act::Reserve,
        };
        apply(&world, &owner, event).await.unwrap();
        refunds.push(Refund {
            entry: LedgerEntryId::from_trusted(format!("back_{generation}")),
            generation: GenerationId::from_trusted(format!("gen_{generation}")),
            cost: Credits(i64::from(generation) * 7 + 1),
        });
        if sums(&world, &owner).await.1 < 30 {
            break;
        }
    }
    let args = (owner.clone(), refunds, world.tick());
    world
        .write(args, |tx, (owner, refunds, at)| {
            Box::pin(credits::refund_all(tx, owner, refunds, *at))
        })
        .await;
    assert_eq!(sums(&world, &owner).await, (100, 100, 0));
    let ledger = world
        .write(owner, |tx, owner| {
            Box::pin(credits::list_entries(tx, owner, PageSize::MAX, None))
        })
        .await;
    let mut running = 0;
    for entry in ledger.items.iter().rev() {
        running += entry.amount.0;
        assert_eq!(entry.balance_after.0, running, "{entry:?}");
    }
}
