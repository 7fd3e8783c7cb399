use vita_db::DbError;
use vita_model::{Credits, Email, LedgerEntryId, Name, Role, Timestamp};
use vita_store::accounts::{self, User};
use vita_store::credits::{self, Posting};
use vita_store::load_fixture::{
    self, MadeWith, ProjectLine, SceneLine, Share, Span, opened_at, project_id, scene_id, user_id,
};

use crate::world::World;

const GRANT: Credits = Credits(100_000);

/// Far behind all moments of the history: the account is used today.
const TODAY: Timestamp = Timestamp::from_micros(4_000_000_000_000_000);

/// Two accounts with two projects of three scenes each.
async fn world_with_projects() -> World {
    let world = World::new();
    for account in [1, 2] {
        let at = opened_at(account);
        let user = User {
            id: user_id(account),
            email: Email::parse(&format!("loadtest-{account:03}@test.com")).unwrap(),
            name: Name::from_trusted(String::new()),
            role: Role::Creator,
            disabled: false,
            created_at: at,
        };
        let projects: Vec<_> = (0..2)
            .map(|project| project_line(account, project))
            .collect();
        let scenes: Vec<_> = (0..6).map(|scene| scene_line(account, scene)).collect();
        world
            .write((user, projects, scenes), |tx, (user, projects, scenes)| {
                Box::pin(async move {
                    accounts::add_user(tx, user, "a hash").await?;
                    let entry = LedgerEntryId::from_trusted(format!("led_{}", user.id));
                    let posting = Posting {
                        owner: &user.id,
                        entry: &entry,
                        at: user.created_at,
                    };
                    credits::open_account(tx, posting, GRANT).await?;
                    load_fixture::add_projects(tx, projects, scenes).await
                })
            })
            .await;
    }
    world
}

fn project_line(account: u32, project: u32) -> ProjectLine {
    ProjectLine {
        id: project_id(account, project),
        owner: user_id(account),
        title: "Hills".to_owned(),
        at: opened_at(account).as_micros(),
    }
}

fn scene_line(account: u32, scene: u32) -> SceneLine {
    SceneLine {
        id: scene_id(account, scene),
        owner: user_id(account),
        project: project_id(account, scene / 3),
        position: scene % 3,
        prompt: "Hills".to_owned(),
        seconds: scene + 1,
        at: opened_at(account).as_micros(),
    }
}

async fn add(world: &World, generations: u64, span: Span) -> u64 {
    let shares = [1, 2].map(|account| Share {
        account,
        scenes: 6,
        generations,
    });
    world
        .write((shares, span), |tx, (shares, span)| {
            Box::pin(async move {
                let made_with = MadeWith {
                    model: "simulated".to_owned(),
                    credits_per_second: Credits(2),
                };
                let added =
                    load_fixture::add_generations(tx, shares, *span, &made_with, TODAY).await?;
                let clipless = load_fixture::list_clipless(tx, shares).await?;
                load_fixture::note_clips(tx, &clipless).await?;
                Ok::<_, DbError>(added)
            })
        })
        .await
}

async fn count(world: &World, sql: &'static str) -> i64 {
    world
        .write(sql, |tx, sql| {
            Box::pin(tx.query_one(*sql, &[], |row| row.get::<i64>(0)))
        })
        .await
}

/// What must hold whatever was made: no row of these is found.
async fn assert_sound(world: &World) {
    for sql in [
        "SELECT COUNT(*) FROM credit_accounts AS a WHERE a.balance <> (
             SELECT SUM(l.amount) FROM ledger AS l WHERE l.owner_id = a.owner_id)",
        "SELECT COUNT(*) FROM (
             SELECT balance_after,
                    SUM(amount) OVER (PARTITION BY owner_id ORDER BY created_at, id) AS running
             FROM ledger) AS line WHERE balance_after <> running",
        "SELECT COUNT(*) FROM scenes AS s WHERE s.completed_cost <> (
             SELECT COALESCE(SUM(g.cost), 0) FROM generations AS g
             WHERE g.scene_id = s.id AND g.status = 'completed')",
        "SELECT COUNT(*) FROM scenes AS s LEFT JOIN generations AS g ON g.id = (
             SELECT id FROM generations WHERE scene_id = s.id
             ORDER BY created_at DESC, id DESC LIMIT 1)
         WHERE s.latest_generation_id IS DISTINCT FROM g.id
            OR s.latest_status IS DISTINCT FROM g.status
            OR s.latest_has_clip IS DISTINCT FROM g.has_clip",
        "SELECT COUNT(*) FROM projects AS p WHERE p.scene_count <> 3 OR p.completed_cost <> (
             SELECT SUM(s.completed_cost) FROM scenes AS s WHERE s.project_id = p.id)",
        "SELECT COUNT(*) FROM generations WHERE status NOT IN ('completed', 'failed', 'cancelled')",
        "SELECT COUNT(*) FROM generations AS g JOIN scenes AS s ON s.id = g.scene_id
         WHERE g.owner_id <> s.owner_id OR g.project_id <> s.project_id",
    ] {
        assert_eq!(count(world, sql).await, 0, "{sql}");
    }
}

#[tokio::test]
async fn a_history_made_in_parts_is_paid_for_and_shown() {
    let world = world_with_projects().await;
    assert_eq!(add(&world, 150, Span { from: 0, to: 100 }).await, 200);
    assert_sound(&world).await;
    assert_eq!(add(&world, 150, Span { from: 100, to: 200 }).await, 100);
    assert_sound(&world).await;
    for (sql, expected) in [
        ("SELECT COUNT(*) FROM generations", 300),
        ("SELECT COUNT(*) FROM ledger", 602),
        ("SELECT COUNT(DISTINCT scene_id) FROM generations", 12),
        ("SELECT COUNT(DISTINCT status) FROM generations", 3),
        (
            "SELECT COUNT(*) FROM scenes WHERE selected_generation_id IS NULL",
            0,
        ),
        (
            "SELECT COUNT(*) FROM generations WHERE has_clip
             AND id IN ('gen_001', 'gen_test_1', 'gen_test_2', 'gen_test_501', 'gen_test_502')
             AND scene_id IN ('scn_load_001_00000', 'scn_load_002_00000')",
            5,
        ),
    ] {
        assert_eq!(count(&world, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn making_it_again_changes_nothing_and_more_of_it_comes_behind_what_was_used() {
    let world = world_with_projects().await;
    let span = Span { from: 0, to: 40 };
    assert_eq!(add(&world, 40, span).await, 80);
    assert_eq!(add(&world, 40, span).await, 0);
    assert_eq!(count(&world, "SELECT COUNT(*) FROM ledger").await, 162);
    world
        .write((), |tx, ()| {
            Box::pin(async move {
                let (owner, entry) = (user_id(1), LedgerEntryId::from_trusted("led_used"));
                let at = Timestamp::from_micros(TODAY.as_micros() - 1);
                let posting = Posting {
                    owner: &owner,
                    entry: &entry,
                    at,
                };
                credits::add_grant(tx, posting, Credits(5)).await
            })
        })
        .await;
    assert_eq!(add(&world, 60, Span { from: 0, to: 60 }).await, 40);
    assert_sound(&world).await;
}
