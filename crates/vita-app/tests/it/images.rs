use std::time::Duration;

use vita_app::{AppError, Caller, ImagesConfig, ThumbnailWhen, UploadedImage};
use vita_blob::BlobKey;
use vita_fixtures::png_picture;
use vita_jobs::NewJob;
use vita_model::{
    Clock as _, FailureCode, GenerationStatus, ImageFormat, ImageId, JobId, SystemClock,
    ThumbnailStatus, Timestamp,
};
use vita_store::images::{self, ReferenceImage};

use crate::world::{FIRST_PAGE, World, ask, with_key};

async fn upload(
    world: &World,
    caller: &Caller,
    picture: &[u8],
    when: ThumbnailWhen,
) -> Result<UploadedImage, AppError> {
    let upload = world.app.begin_upload().await.unwrap();
    std::fs::write(upload.path(), picture).unwrap();
    world.app.add_image(caller, upload, when).await
}

async fn listed(world: &World, caller: &Caller) -> Vec<ReferenceImage> {
    let page = world.app.list_images(caller, &FIRST_PAGE).await.unwrap();
    page.items.into_iter().map(|view| view.image).collect()
}

/// Waits until the thumbnail of the image is no longer in the making.
async fn looked_at(world: &World, caller: &Caller, id: &ImageId) -> ReferenceImage {
    world
        .until("the thumbnail", async || {
            let image = world.app.find_image(caller, id).await.unwrap();
            image.thumbnail != ThumbnailStatus::Processing
        })
        .await;
    world.app.find_image(caller, id).await.unwrap()
}

#[tokio::test]
async fn a_thumbnail_that_a_dead_worker_left_is_made_by_the_next() {
    let mut world = World::new().await;
    let ann = world.add_user("ann").await;
    world.crash_workers();
    let picture = png_picture(90, 60, 1);
    let uploaded = upload(&world, &ann, &picture, ThumbnailWhen::Later)
        .await
        .unwrap();
    assert_eq!(uploaded.thumbnail, ThumbnailStatus::Processing);
    world.start_workers().await;
    let image = looked_at(&world, &ann, &uploaded.image_id).await;
    assert_eq!(image.thumbnail, ThumbnailStatus::Ready);
    assert_eq!((image.width, image.height), (90, 60));
    let thumbnail = BlobKey::image_thumbnail(&image.id);
    assert!(world.app.blobs().stat(&thumbnail).await.unwrap().is_some());
    let job = uploaded.job_id.unwrap();
    let job = world.app.find_job(&ann, &job).await.unwrap();
    let url = job.result.unwrap()["url"].as_str().unwrap().to_owned();
    assert!(url.contains("/thumbnail.webp?exp="), "{url}");
}

#[tokio::test]
async fn a_picture_that_turns_out_to_be_broken_says_so_and_makes_no_clip() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let mut picture = png_picture(200, 200, 1);
    // Its header is good, so that only decoding it shows what is wrong.
    picture.truncate(50_000);
    let now = upload(&world, &ann, &picture, ThumbnailWhen::Now).await;
    assert!(matches!(now, Err(AppError::Invalid(_))), "{now:?}");
    let later = upload(&world, &ann, &picture, ThumbnailWhen::Later)
        .await
        .unwrap();
    let image = looked_at(&world, &ann, &later.image_id).await;
    assert_eq!(image.thumbnail, ThumbnailStatus::Failed);
    assert!(image.failure.unwrap().contains("broken"));

    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "ok").await;
    let mut asked = ask(&scene);
    asked.reference_images = vec![image.id.clone()];
    let refused = world.app.generate(&ann, &project, asked).await.unwrap_err();
    let AppError::Invalid(fields) = refused else {
        panic!("{refused}");
    };
    assert_eq!(fields[0].pointer, "/referenceImages/0");
    world.app.delete_image(&ann, &image.id).await.unwrap();
    no_files(&world).await;
}

#[tokio::test]
async fn an_image_that_is_deleted_before_its_thumbnail_is_made_leaves_nothing() {
    let mut world = World::new().await;
    let (ann, ben) = (world.add_user("ann").await, world.add_user("ben").await);
    world.crash_workers();
    let picture = png_picture(90, 60, 1);
    let uploaded = upload(&world, &ann, &picture, ThumbnailWhen::Later)
        .await
        .unwrap();
    let foreign = world.app.delete_image(&ben, &uploaded.image_id).await;
    assert!(matches!(foreign, Err(AppError::NotFound(_))), "{foreign:?}");
    world
        .app
        .delete_image(&ann, &uploaded.image_id)
        .await
        .unwrap();
    world.start_workers().await;
    no_files(&world).await;
    let job = uploaded.job_id.unwrap();
    let job = world.app.find_job(&ann, &job).await.unwrap();
    assert_eq!(job.status.as_str(), "cancelled");
}

async fn no_files(world: &World) {
    world
        .until("the files to go", async || {
            world.stored_prefixes().await.is_empty()
        })
        .await;
}

#[tokio::test]
async fn nobody_gets_more_room_than_there_is() {
    let picture = png_picture(60, 60, 1);
    let two_and_a_half = picture.len() as i64 * 5 / 2;
    let world = World::with_images(ImagesConfig {
        per_user_max: Some(3),
        bytes_per_user_max: Some(two_and_a_half),
        ..ImagesConfig::default()
    })
    .await;
    let ann = world.add_user("ann").await;
    let now = ThumbnailWhen::Now;
    let first = upload(&world, &ann, &picture, now).await.unwrap();
    upload(&world, &ann, &picture, now).await.unwrap();
    let third = upload(&world, &ann, &picture, now).await.unwrap_err();
    assert!(third.to_string().contains("MiB"), "{third}");
    let small = png_picture(2, 2, 1);
    upload(&world, &ann, &small, now).await.unwrap();
    let fourth = upload(&world, &ann, &small, now).await.unwrap_err();
    assert!(
        fourth.to_string().contains("3 reference images"),
        "{fourth}"
    );
    world.app.delete_image(&ann, &first.image_id).await.unwrap();
    upload(&world, &ann, &picture, now).await.unwrap();
    assert_eq!(listed(&world, &ann).await.len(), 3);
}

#[tokio::test]
async fn the_same_upload_twice_at_once_is_one_image_with_one_set_of_files() {
    let world = World::new().await;
    let ann = with_key(&world.add_user("ann").await, "once", 1);
    let picture = png_picture(60, 60, 1);
    let (one, two, three) = tokio::join!(
        upload(&world, &ann, &picture, ThumbnailWhen::Now),
        upload(&world, &ann, &picture, ThumbnailWhen::Now),
        upload(&world, &ann, &picture, ThumbnailWhen::Now),
    );
    let one = one.unwrap();
    assert_eq!((two.unwrap(), three.unwrap()), (one.clone(), one.clone()));
    assert_eq!(listed(&world, &ann).await.len(), 1);
    let only = vec![format!("images/{}", one.image_id)];
    world
        .until("the spare files to go", async || {
            world.stored_prefixes().await == only
        })
        .await;
}

/// What a process leaves that dies between the reservation and the end of an upload.
#[tokio::test]
async fn an_upload_that_never_ended_is_cleared_away_and_is_seen_by_nobody() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let now = SystemClock.now();
    let old = half_received(&world, &ann, "img_old", now.minus(Duration::from_hours(2))).await;
    let young = half_received(&world, &ann, "img_young", now).await;
    assert_eq!(listed(&world, &ann).await, []);
    for id in [&old, &young] {
        let found = world.app.find_image(&ann, id).await;
        assert!(matches!(found, Err(AppError::NotFound(_))), "{found:?}");
        let deleted = world.app.delete_image(&ann, id).await;
        assert!(matches!(deleted, Err(AppError::NotFound(_))), "{deleted:?}");
    }
    let sweep = NewJob {
        queue: vita_app::queues::HOUSEKEEPING,
        kind: "apply_retention",
        owner: None,
        concurrency_key: String::new(),
        priority: 0,
        run_at: now,
        payload: serde_json::json!({}),
        attempts_max: 1,
    };
    let job = (JobId::from_trusted("job_sweep"), sweep, now);
    world
        .db
        .write(job, |tx, (id, job, now)| {
            Box::pin(vita_jobs::enqueue(tx, id, job, *now))
        })
        .await
        .unwrap();
    // The young one may still be on its way.
    let left = vec![format!("images/{young}")];
    world
        .until("the old files to go", async || {
            world.stored_prefixes().await == left
        })
        .await;
}

async fn half_received(world: &World, caller: &Caller, id: &str, at: Timestamp) -> ImageId {
    let image = ReferenceImage {
        id: ImageId::from_trusted(id),
        owner_id: caller.user.clone(),
        format: ImageFormat::Png,
        size_bytes: 1,
        width: 1,
        height: 1,
        thumbnail: ThumbnailStatus::Ready,
        thumbnail_job: None,
        failure: None,
        created_at: at,
    };
    let id = image.id.clone();
    let blobs = world.app.blobs();
    let stage = blobs.stage().await.unwrap();
    let file = stage.path().join("upload");
    std::fs::write(&file, b"x").unwrap();
    let key = BlobKey::reference_image(&id, ImageFormat::Png);
    blobs.adopt(&key, &file).await.unwrap();
    world
        .db
        .write(image, |tx, image| Box::pin(images::add_image(tx, image)))
        .await
        .unwrap();
    id
}

#[tokio::test]
async fn a_clip_gets_its_images_in_order_again_after_a_failed_attempt_and_in_a_retry() {
    let world = World::new().await;
    let ann = world.add_user("ann").await;
    let mut keys = Vec::new();
    for seed in [1, 2] {
        let picture = png_picture(30, 20, seed);
        let uploaded = upload(&world, &ann, &picture, ThumbnailWhen::Now).await;
        keys.push(uploaded.unwrap().image_id);
    }
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "flaky look").await;
    let mut asked = ask(&scene);
    asked.reference_images = vec![keys[1].clone(), keys[0].clone(), keys[1].clone()];
    let accepted = world.app.generate(&ann, &project, asked).await.unwrap();
    let first = world.ended(&ann, &accepted.generation_id).await;
    assert_eq!(
        first.status,
        GenerationStatus::Completed,
        "{:?}",
        first.failure
    );
    let again = world.app.retry(&ann, &first.id).await.unwrap();
    let again = world.ended(&ann, &again.generation_id).await;
    assert_eq!(again.status, GenerationStatus::Completed);
    // The scripted model writes what it was given into the clip.
    let wanted: Vec<u8> = [2, 1, 2]
        .into_iter()
        .flat_map(|seed| png_picture(30, 20, seed))
        .collect();
    for generation in [&first.id, &again.id] {
        let key = BlobKey::generation_clip(generation);
        let clip = world.app.blobs().materialise(&key).await.unwrap().unwrap();
        assert!(std::fs::read(clip.path()).unwrap() == wanted);
    }
}

#[tokio::test]
async fn an_image_whose_file_is_lost_fails_the_clip_and_gives_the_credits_back() {
    let mut world = World::new().await;
    let ann = world.add_user("ann").await;
    let picture = png_picture(30, 20, 1);
    let uploaded = upload(&world, &ann, &picture, ThumbnailWhen::Now)
        .await
        .unwrap();
    let project = world.add_project(&ann).await;
    let scene = world.add_scene(&ann, &project, "ok").await;
    world.crash_workers();
    let mut asked = ask(&scene);
    asked.reference_images = vec![uploaded.image_id.clone()];
    let accepted = world.app.generate(&ann, &project, asked).await.unwrap();
    let prefix = vita_blob::BlobPrefix::image(&uploaded.image_id);
    assert!(world.app.blobs().delete_prefix(&prefix).await.unwrap());
    world.start_workers().await;
    let ended = world.ended(&ann, &accepted.generation_id).await;
    assert_eq!(ended.status, GenerationStatus::Failed);
    assert_eq!(ended.failure.unwrap().code, FailureCode::Internal);
    let balance = world.app.find_balance(&ann).await.unwrap();
    assert_eq!((balance.balance.0, balance.reserved.0), (100, 0));
}
