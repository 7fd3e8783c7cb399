use vita_db::{Param, ToParam};
use vita_model::{GenerationId, SceneId, UserId};
use vita_store::Page;
use vita_store::generations::{self, FIND_GENERATION, Generation, read_generation};

use crate::{App, AppError, Caller, PageIn};

impl App {
    /// The caller's generation.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn find_generation(
        &self,
        caller: &Caller,
        id: &GenerationId,
    ) -> Result<Generation, AppError> {
        let key = (caller.user.clone(), id.clone());
        let found = self
            .0
            .db
            .read_point(FIND_GENERATION, key, key_params, read_generation)
            .await?;
        found.ok_or(AppError::NotFound("generation"))
    }

    /// The generations of a scene, latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the scene is not the caller's.
    pub async fn list_generations(
        &self,
        caller: &Caller,
        scene: &SceneId,
        page: &PageIn,
    ) -> Result<Page<Generation>, AppError> {
        let (size, after) = page.parse()?;
        self.query(caller, (scene.clone(), size, after), |tx, query| {
            Box::pin(async move {
                let (scene, size, after) = &query.args;
                let owner = query.owner();
                let found = vita_store::scenes::find_scene(tx, owner, scene).await?;
                found.ok_or(AppError::NotFound("scene"))?;
                let after = after.as_ref();
                let page =
                    generations::list_generations_of_scene(tx, owner, scene, *size, after).await?;
                Ok(page)
            })
        })
        .await
    }
}

fn key_params((owner, id): &(UserId, GenerationId)) -> Vec<Param<'_>> {
    vec![owner.to_param(), id.to_param()]
}
