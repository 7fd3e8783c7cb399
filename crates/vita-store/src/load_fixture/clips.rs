use vita_db::{DbError, Sql, Tx, params};
use vita_model::GenerationId;

use super::tables::{planned, shares, with_shares};
use super::{NAMED_GENERATIONS, Share, to_json};

/// The generations that are to have a clip and have none: the latest completed one of each scene,
/// and the named ones.
///
/// # Errors
/// [`DbError`].
pub async fn list_clipless(tx: &mut Tx, shares: &[Share]) -> Result<Vec<GenerationId>, DbError> {
    const LIST: Sql = with_shares!(concat!(
        planned!(),
        ", wanted AS (
             SELECT (
                        SELECT g.id
                        FROM generations AS g
                        WHERE g.scene_id = s.id
                          AND g.status = 'completed'
                        ORDER BY g.created_at DESC, g.id DESC
                        LIMIT 1
                    ) AS id
             FROM shares
             JOIN projects AS p ON p.owner_id = shares.owner_id
             JOIN scenes AS s ON s.project_id = p.id
             UNION
             SELECT id FROM planned
         )
         SELECT g.id
         FROM wanted
         JOIN generations AS g ON g.id = wanted.id
         WHERE NOT g.has_clip
           AND g.job_id LIKE 'job_load_%'
         ORDER BY g.id"
    ));
    let named = NAMED_GENERATIONS as i64;
    tx.query(LIST, params![to_json(shares), 0_i64, named], |row| {
        row.get(0)
    })
    .await
}

/// Notes that the clips of these generations are there, also in what lists show of their scenes, and
/// chooses them for scenes that have chosen none.
///
/// # Errors
/// [`DbError`].
pub async fn note_clips(tx: &mut Tx, generations: &[GenerationId]) -> Result<(), DbError> {
    const NOTE: Sql = Sql::each(
        "UPDATE generations
         SET has_clip = TRUE
         WHERE id IN (SELECT value FROM json_each($1))",
        "UPDATE generations
         SET has_clip = TRUE
         WHERE id IN (SELECT json_array_elements_text(CAST($1 AS JSON)))",
    );
    macro_rules! show {
        ($ids:literal) => {
            concat!(
                "UPDATE scenes
         SET selected_generation_id = COALESCE(selected_generation_id, (
                 SELECT g.id
                 FROM generations AS g
                 WHERE g.scene_id = scenes.id
                   AND g.has_clip
                 ORDER BY g.created_at DESC, g.id DESC
                 LIMIT 1
             )),
             latest_has_clip = (
                 SELECT g.has_clip
                 FROM generations AS g
                 WHERE g.id = scenes.latest_generation_id
             )
         WHERE id IN (
                   SELECT g.scene_id
                   FROM generations AS g
                   WHERE g.id IN (",
                $ids,
                ")
               )"
            )
        };
    }
    const SHOW: Sql = Sql::each(
        show!("SELECT value FROM json_each($1)"),
        show!("SELECT json_array_elements_text(CAST($1 AS JSON))"),
    );
    let ids = to_json(generations);
    tx.execute(NOTE, params![ids]).await?;
    tx.execute(SHOW, params![ids]).await?;
    Ok(())
}
