use std::sync::Arc;

use futures_util::future::BoxFuture;
use vita_db::{AnnouncementSink, Db, DbError, PostgresConfig, SqliteConfig, Tx};
use vita_fixtures::postgres::{DatabasePlace, wait_for};
use vita_model::{
    AspectRatio, ClipSpec, Credits, Description, DurationSeconds, Email, GenerationId,
    GenerationStatus, JobId, LedgerEntryId, Name, Progress, ProjectId, Prompt, Resolution, Role,
    SceneId, Timestamp, Title, UserId,
};
use vita_store::accounts::{self, User};
use vita_store::credits::{self, Posting};
use vita_store::generations::{self, Generation};
use vita_store::projects::{self, Project};
use vita_store::scenes::{self, NewScene, Scene};

/// A database of its own, with ids and moments that count up.
pub(crate) struct World {
    pub(crate) db: Db,
    next: std::sync::atomic::AtomicI64,
    _place: DatabasePlace,
}

/// An empty database: SQLite, or PostgreSQL when the tests were started for it.
fn new_database() -> DatabasePlace {
    DatabasePlace::new(|url| drop(open_postgres(url, Arc::new(()))))
}

fn open_database(place: &DatabasePlace, sink: Arc<dyn AnnouncementSink>) -> Db {
    match place {
        DatabasePlace::Folder(folder) => {
            let config = SqliteConfig::new(folder.path().join("test.db"));
            Db::open_sqlite(&config, sink).unwrap()
        }
        DatabasePlace::Server(database) => open_postgres(database.url(), sink),
    }
}

fn open_postgres(url: &str, sink: Arc<dyn AnnouncementSink>) -> Db {
    let config = PostgresConfig::new(url);
    wait_for(async move { Db::open_postgres(&config, sink).await }).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        let place = new_database();
        let db = open_database(&place, Arc::new(()));
        Self {
            db,
            next: std::sync::atomic::AtomicI64::new(1),
            _place: place,
        }
    }

    pub(crate) fn tick(&self) -> Timestamp {
        let next = self.next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Timestamp::from_micros(next)
    }

    fn name(&self, prefix: &str) -> String {
        format!("{prefix}_{:06}", self.tick().as_micros())
    }

    /// Runs one transaction that must succeed.
    pub(crate) async fn write<A, T, F>(&self, args: A, work: F) -> T
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t A) -> BoxFuture<'t, Result<T, DbError>>
            + Send
            + Sync
            + 'static,
    {
        self.db.write(args, work).await.unwrap()
    }

    pub(crate) async fn add_user(&self, grant: i64) -> UserId {
        let id = UserId::from_trusted(self.name("usr"));
        let user = User {
            id: id.clone(),
            email: Email::from_trusted(format!("{id}@example.com")),
            name: Name::from_trusted(String::new()),
            role: Role::Creator,
            disabled: false,
            created_at: self.tick(),
        };
        let entry = LedgerEntryId::from_trusted(self.name("led"));
        self.write((user, entry), move |tx, (user, entry)| {
            Box::pin(async move {
                accounts::add_user(tx, user, "no password").await?;
                let posting = Posting {
                    owner: &user.id,
                    entry,
                    at: user.created_at,
                };
                credits::open_account(tx, posting, Credits(grant)).await
            })
        })
        .await;
        id
    }

    pub(crate) async fn add_project(&self, owner: &UserId) -> Project {
        let now = self.tick();
        let project = Project {
            id: ProjectId::from_trusted(self.name("prj")),
            title: Title::from_trusted("A title".to_owned()),
            description: Description::from_trusted(String::new()),
            version: 1,
            scene_count: 0,
            completed_cost: Credits(0),
            created_at: now,
            updated_at: now,
        };
        self.write((owner.clone(), project.clone()), |tx, (owner, project)| {
            Box::pin(projects::add_project(tx, owner, project))
        })
        .await;
        project
    }

    pub(crate) async fn add_scene(
        &self,
        owner: &UserId,
        project: &ProjectId,
        position: i64,
    ) -> Scene {
        let now = self.tick();
        let new = NewScene {
            id: SceneId::from_trusted(self.name("scn")),
            project_id: project.clone(),
            position,
            prompt: Prompt::from_trusted("Hills".to_owned()),
            duration: DurationSeconds::MIN,
        };
        let scene = Scene::new(new, now);
        self.write((owner.clone(), scene.clone()), |tx, (owner, scene)| {
            Box::pin(async move {
                scenes::add_scene(tx, owner, scene).await?;
                let now = scene.created_at;
                vita_store::read_model::refresh_project(tx, &scene.project_id, now).await
            })
        })
        .await;
        scene
    }

    pub(crate) async fn add_generation(
        &self,
        owner: &UserId,
        scene: &Scene,
        cost: i64,
    ) -> Generation {
        let now = self.tick();
        let generation = Generation {
            id: GenerationId::from_trusted(self.name("gen")),
            owner_id: owner.clone(),
            project_id: scene.project_id.clone(),
            scene_id: scene.id.clone(),
            job_id: JobId::from_trusted(self.name("job")),
            status: GenerationStatus::Queued,
            progress: Progress::ZERO,
            stage: None,
            prompt: scene.prompt.clone(),
            model: "local".to_owned(),
            requested_model: None,
            spec: ClipSpec {
                resolution: Resolution::P360,
                aspect_ratio: AspectRatio::Landscape,
                duration: DurationSeconds::MIN,
            },
            seed: 7,
            cost: Credits(cost),
            has_clip: false,
            failure: None,
            retry_of: None,
            created_at: now,
            updated_at: now,
            started_at: None,
            ended_at: None,
        };
        self.write(generation.clone(), |tx, generation| {
            Box::pin(async move {
                generations::add_generation(tx, generation).await?;
                vita_store::read_model::refresh_latest(tx, &generation.scene_id).await
            })
        })
        .await;
        generation
    }
}
