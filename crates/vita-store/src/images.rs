//! Reference images: pictures that people uploaded for models to begin from.

use vita_db::{DbError, Row, Sql, Tx, params};
use vita_model::{GenerationId, ImageFormat, ImageId, JobId, ThumbnailStatus, Timestamp, UserId};

use crate::{Cursor, Page, PageSize};

/// A reference image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceImage {
    /// Its id, which requests call its key.
    pub id: ImageId,
    /// Whose it is.
    pub owner_id: UserId,
    /// The format of its file.
    pub format: ImageFormat,
    /// The size of its file.
    pub size_bytes: i64,
    /// Pixels across, as it is to be seen.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How far its thumbnail is.
    pub thumbnail: ThumbnailStatus,
    /// The job that makes its thumbnail, where one does.
    pub thumbnail_job: Option<JobId>,
    /// Why there is no thumbnail.
    pub failure: Option<String>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// How much somebody has uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageUsage {
    /// How many images.
    pub count: i64,
    /// Bytes of their files.
    pub bytes: i64,
}

/// The columns of [`read_image`], in its order.
macro_rules! select_images {
    ($rest:literal) => {
        concat!(
            "SELECT id, owner_id, format, size_bytes, width, height, thumbnail_status,
                thumbnail_job_id, failure, created_at
         FROM reference_images ",
            $rest
        )
    };
}

/// The statement behind [`find_image`]: a look-up by key, fit for the shared lane of point reads.
/// Its parameters are owner and id.
pub const FIND_IMAGE: &str = select_images!("WHERE id = $2 AND owner_id = $1 AND received");

/// Adds an image whose file is not stored yet; until [`mark_received`] nobody sees it.
///
/// # Errors
/// [`DbError`].
pub async fn add_image(tx: &mut Tx, image: &ReferenceImage) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO reference_images
             (id, owner_id, format, size_bytes, width, height, received, thumbnail_status,
              created_at)
         VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8)";
    let ReferenceImage {
        id,
        owner_id,
        format,
        size_bytes,
        width,
        height,
        thumbnail,
        created_at,
        ..
    } = image;
    tx.execute(
        ADD,
        params![
            id, owner_id, format, size_bytes, width, height, thumbnail, created_at
        ],
    )
    .await?;
    Ok(())
}

/// Notes that an image's file is stored, and which job makes its thumbnail; false when the image
/// was cleared away meanwhile.
///
/// # Errors
/// [`DbError`].
pub async fn mark_received(
    tx: &mut Tx,
    owner: &UserId,
    id: &ImageId,
    job: Option<&JobId>,
) -> Result<bool, DbError> {
    const MARK: &str = "UPDATE reference_images
         SET received = TRUE,
             thumbnail_job_id = $3
         WHERE id = $2
           AND owner_id = $1
           AND NOT received";
    Ok(tx.execute(MARK, params![owner, id, job]).await? > 0)
}

/// The owner's image of this id.
///
/// # Errors
/// [`DbError`].
pub async fn find_image(
    tx: &mut Tx,
    owner: &UserId,
    id: &ImageId,
) -> Result<Option<ReferenceImage>, DbError> {
    tx.query_opt(FIND_IMAGE, params![owner, id], read_image)
        .await
}

/// The image of this id, whoever owns it: for the job that makes its thumbnail.
///
/// # Errors
/// [`DbError`].
pub async fn lookup_image(tx: &mut Tx, id: &ImageId) -> Result<Option<ReferenceImage>, DbError> {
    const LOOKUP: &str = select_images!("WHERE id = $1");
    tx.query_opt(LOOKUP, params![id], read_image).await
}

/// The owner's images, latest first.
///
/// # Errors
/// [`DbError`].
pub async fn list_images(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<ReferenceImage>, DbError> {
    const LIST: &str = select_images!(
        "WHERE owner_id = $1
           AND received
           AND (created_at, id) < ($2, $3)
         ORDER BY created_at DESC, id DESC
         LIMIT $4"
    );
    let (order, id) = crate::cursor::before(after);
    let limit = size.with_lookahead();
    let rows = tx
        .query(LIST, params![owner, order, id, limit], read_image)
        .await?;
    Ok(Page::from_rows(rows, size, |row| {
        Cursor::at(row.created_at, &row.id)
    }))
}

/// What the owner has uploaded, and is uploading.
///
/// # Errors
/// [`DbError`].
pub async fn sum_usage(tx: &mut Tx, owner: &UserId) -> Result<ImageUsage, DbError> {
    const SUM: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT)
         FROM reference_images
         WHERE owner_id = $1";
    let read = |row: &Row<'_>| {
        Ok(ImageUsage {
            count: row.get(0)?,
            bytes: row.get(1)?,
        })
    };
    tx.query_one(SUM, params![owner], read).await
}

/// Writes how the thumbnail of an image came out; false when the image is gone.
///
/// # Errors
/// [`DbError`].
pub async fn set_thumbnail(
    tx: &mut Tx,
    id: &ImageId,
    status: ThumbnailStatus,
    failure: Option<&str>,
) -> Result<bool, DbError> {
    const SET: &str = "UPDATE reference_images
         SET thumbnail_status = $2,
             failure = $3
         WHERE id = $1";
    Ok(tx.execute(SET, params![id, status, failure]).await? > 0)
}

/// Takes those of the owner's images that can be used, for a generation that begins from them;
/// answers which. What is taken here can't be deleted by a transaction beside this one: both write
/// the row.
///
/// # Errors
/// [`DbError`].
pub async fn take_images(
    tx: &mut Tx,
    owner: &UserId,
    ids: &[ImageId],
    now: Timestamp,
) -> Result<Vec<ImageId>, DbError> {
    const TAKE: Sql = Sql::each(
        "UPDATE reference_images
         SET used_at = $3
         WHERE owner_id = $1
           AND received
           AND thumbnail_status <> 'failed'
           AND id IN (SELECT value FROM json_each($2))
         RETURNING id",
        "UPDATE reference_images
         SET used_at = $3
         WHERE owner_id = $1
           AND received
           AND thumbnail_status <> 'failed'
           AND id IN (SELECT json_array_elements_text(CAST($2 AS JSON)))
         RETURNING id",
    );
    let ids = id_list(ids);
    tx.query(TAKE, params![owner, ids, now], |row| row.get(0))
        .await
}

/// Notes the images that a generation begins from, in order.
///
/// # Errors
/// [`DbError`].
pub async fn add_references(
    tx: &mut Tx,
    generation: &GenerationId,
    ids: &[ImageId],
) -> Result<(), DbError> {
    const ADD: Sql = Sql::each(
        "INSERT INTO generation_references (generation_id, position, image_id)
         SELECT $1, key, value
         FROM json_each($2)
         WHERE TRUE",
        "INSERT INTO generation_references (generation_id, position, image_id)
         SELECT $1, ordinality - 1, value
         FROM json_array_elements_text(CAST($2 AS JSON)) WITH ORDINALITY",
    );
    let ids = id_list(ids);
    tx.execute(ADD, params![generation, ids]).await?;
    Ok(())
}

/// The images that a generation begins from, in order; some may be gone.
///
/// # Errors
/// [`DbError`].
pub async fn list_references(
    tx: &mut Tx,
    generation: &GenerationId,
) -> Result<Vec<ImageId>, DbError> {
    const LIST: &str = "SELECT image_id
         FROM generation_references
         WHERE generation_id = $1
         ORDER BY position";
    tx.query(LIST, params![generation], |row| row.get(0)).await
}

/// The formats of the images that a generation begins from, in order, as far as they are there: for
/// the job that makes it.
///
/// # Errors
/// [`DbError`].
pub async fn list_reference_files(
    tx: &mut Tx,
    generation: &GenerationId,
) -> Result<Vec<(ImageId, Option<ImageFormat>)>, DbError> {
    const LIST: &str = "SELECT r.image_id, i.format
         FROM generation_references AS r
         LEFT JOIN reference_images AS i ON i.id = r.image_id
         WHERE r.generation_id = $1
         ORDER BY r.position";
    tx.query(LIST, params![generation], |row| {
        Ok((row.get(0)?, row.get_word_opt(1)?))
    })
    .await
}

/// Whether a generation of the owner that waits or runs begins from the image.
///
/// # Errors
/// [`DbError`].
pub async fn is_in_use(tx: &mut Tx, owner: &UserId, id: &ImageId) -> Result<bool, DbError> {
    const FIND: &str = "SELECT 1
         FROM generation_references AS r
         JOIN generations AS g ON g.id = r.generation_id
         WHERE r.image_id = $2
           AND g.owner_id = $1
           AND g.status IN ('queued', 'processing')
         LIMIT 1";
    let found = tx
        .query_opt(FIND, params![owner, id], |row| row.get::<i64>(0))
        .await?;
    Ok(found.is_some())
}

/// Deletes the owner's image; false when there is none.
///
/// # Errors
/// [`DbError`].
pub async fn delete_image(tx: &mut Tx, owner: &UserId, id: &ImageId) -> Result<bool, DbError> {
    const DELETE: &str = "DELETE FROM reference_images
         WHERE id = $2
           AND owner_id = $1
           AND received";
    Ok(tx.execute(DELETE, params![owner, id]).await? > 0)
}

/// Deletes an image whose file never was stored; false when it was, or when there is none.
///
/// # Errors
/// [`DbError`].
pub async fn delete_unreceived(tx: &mut Tx, owner: &UserId, id: &ImageId) -> Result<bool, DbError> {
    const DELETE: &str = "DELETE FROM reference_images
         WHERE id = $2
           AND owner_id = $1
           AND NOT received";
    Ok(tx.execute(DELETE, params![owner, id]).await? > 0)
}

/// Deletes at most `batch` images whose upload began before `cutoff` and never ended; answers which.
///
/// # Errors
/// [`DbError`].
pub async fn delete_unreceived_before(
    tx: &mut Tx,
    cutoff: Timestamp,
    batch: i64,
) -> Result<Vec<ImageId>, DbError> {
    const DELETE: &str = "DELETE FROM reference_images
         WHERE id IN (
             SELECT id
             FROM reference_images
             WHERE created_at < $1
               AND NOT received
             ORDER BY created_at
             LIMIT $2
         )
         RETURNING id";
    tx.query(DELETE, params![cutoff, batch], |row| row.get(0))
        .await
}

/// Gives up the files of all images of an owner, whose prefix is `images/<id>`; the rows go with the
/// account.
///
/// # Errors
/// [`DbError`].
pub async fn doom_all_of(tx: &mut Tx, owner: &UserId, now: Timestamp) -> Result<(), DbError> {
    const DOOM: &str = "INSERT INTO doomed_blobs (prefix, created_at)
         SELECT 'images/' || id, $2
         FROM reference_images
         WHERE owner_id = $1
         ON CONFLICT (prefix) DO NOTHING";
    tx.execute(DOOM, params![owner, now]).await?;
    Ok(())
}

/// Reads a row of [`FIND_IMAGE`].
///
/// # Errors
/// [`DbError`] when a column holds what no image has.
pub fn read_image(row: &Row<'_>) -> Result<ReferenceImage, DbError> {
    Ok(ReferenceImage {
        id: row.get(0)?,
        owner_id: row.get(1)?,
        format: row.get_word(2)?,
        size_bytes: row.get(3)?,
        width: row.get(4)?,
        height: row.get(5)?,
        thumbnail: row.get_word(6)?,
        thumbnail_job: row.get(7)?,
        failure: row.get(8)?,
        created_at: row.get(9)?,
    })
}

fn id_list(ids: &[ImageId]) -> String {
    serde_json::to_string(ids).expect("a list of texts can be written as JSON")
}
