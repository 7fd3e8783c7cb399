//! Projects.

use serde::{Deserialize, Serialize};
use vita_db::{DbError, Row, Tx, params};
use vita_model::{Credits, Description, ProjectId, Timestamp, Title, UserId};

use crate::{Cursor, Page, PageSize};

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its title.
    pub title: Title,
    /// Its description; may be empty.
    pub description: Description,
    /// Counts what its owner changed; what `If-Match` compares.
    pub version: i64,
    /// How many scenes it has.
    pub scene_count: i64,
    /// What its completed generations cost together.
    pub completed_cost: Credits,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it, a scene of it or the state of a generation of it last changed.
    pub updated_at: Timestamp,
}

/// Adds a project without scenes.
///
/// # Errors
/// [`DbError`].
pub async fn add_project(tx: &mut Tx, owner: &UserId, project: &Project) -> Result<(), DbError> {
    const ADD: &str = "INSERT INTO projects
             (id, owner_id, title, description, version, scene_count, completed_cost, created_at,
              updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7)";
    let Project {
        id,
        title,
        description,
        version,
        created_at,
        updated_at,
        ..
    } = project;
    tx.execute(
        ADD,
        params![
            id,
            owner,
            title,
            description,
            version,
            created_at,
            updated_at
        ],
    )
    .await?;
    Ok(())
}

/// The owner's project of this id.
///
/// # Errors
/// [`DbError`].
pub async fn find_project(
    tx: &mut Tx,
    owner: &UserId,
    id: &ProjectId,
) -> Result<Option<Project>, DbError> {
    const FIND: &str = "SELECT id, title, description, version, scene_count, completed_cost,
                created_at, updated_at
         FROM projects
         WHERE id = $2
           AND owner_id = $1";
    tx.query_opt(FIND, params![owner, id], read_project).await
}

/// The owner's projects, latest updated first.
///
/// # Errors
/// [`DbError`].
pub async fn list_projects(
    tx: &mut Tx,
    owner: &UserId,
    size: PageSize,
    after: Option<&Cursor>,
) -> Result<Page<Project>, DbError> {
    const LIST: &str = "SELECT id, title, description, version, scene_count, completed_cost,
                created_at, updated_at
         FROM projects
         WHERE owner_id = $1
           AND (updated_at, id) < ($2, $3)
         ORDER BY updated_at DESC, id DESC
         LIMIT $4";
    let (order, id) = crate::cursor::before(after);
    let rows = tx
        .query(
            LIST,
            params![owner, order, id, size.with_lookahead()],
            read_project,
        )
        .await?;
    Ok(Page::from_rows(rows, size, |project| {
        Cursor::at(project.updated_at, &project.id)
    }))
}

/// Writes a project's title and description.
///
/// # Errors
/// [`DbError`].
pub async fn update_project(tx: &mut Tx, owner: &UserId, project: &Project) -> Result<(), DbError> {
    const UPDATE: &str = "UPDATE projects
         SET title = $3,
             description = $4,
             version = $5,
             updated_at = $6
         WHERE id = $2
           AND owner_id = $1";
    let Project {
        id,
        title,
        description,
        version,
        updated_at,
        ..
    } = project;
    tx.execute(
        UPDATE,
        params![owner, id, title, description, version, updated_at],
    )
    .await?;
    Ok(())
}

/// Deletes a project with its scenes and generations; false when there was none.
///
/// # Errors
/// [`DbError`].
pub async fn delete_project(tx: &mut Tx, owner: &UserId, id: &ProjectId) -> Result<bool, DbError> {
    const DELETE: &str = "DELETE FROM projects
         WHERE id = $2
           AND owner_id = $1";
    Ok(tx.execute(DELETE, params![owner, id]).await? > 0)
}

pub(crate) fn read_project(row: &Row<'_>) -> Result<Project, DbError> {
    Ok(Project {
        id: row.get(0)?,
        title: row.get(1)?,
        description: row.get(2)?,
        version: row.get(3)?,
        scene_count: row.get(4)?,
        completed_cost: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}
