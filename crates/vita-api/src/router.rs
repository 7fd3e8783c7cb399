use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower::ServiceExt as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::handlers::{
    admin, auth, credits, dashboard, docs, generations, health, images, jobs, keys, live, me,
    media, metrics, models, notifications, projects, scenes, service, templates, video, vitals,
};
use crate::problem::{ApiError, ErrorCode};
use crate::state::{ApiParts, ApiState};
use crate::{layer, openapi, web};

/// Everything that is served, as one service.
pub fn router(parts: ApiParts) -> Router {
    let state = ApiState::new(parts);
    let (documented, _) = documented().split_for_parts();
    let routes = documented.merge(docs_pages());
    let mut routes = routes
        .method_not_allowed_fallback(refuse_method)
        .fallback(web::serve_web)
        .layer(layer::compression())
        .layer(from_fn_with_state(state.clone(), layer::answer_request));
    if !state.config.cors_origins.is_empty() {
        routes = routes.layer(layer::cors(&state.config.cors_origins));
    }
    let routes = routes.with_state(state);
    // The version must be gone before a route is looked for, so this lies around the whole.
    Router::new().fallback_service(routes.map_request(layer::drop_version))
}

/// The documented routes, grouped by who calls them.
pub(crate) fn documented() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::head())
        .merge(anybody())
        .merge(openapi::protected(accounts()))
        .merge(openapi::protected(creators()))
        .merge(openapi::protected(viewers()))
        .merge(openapi::protected(operators()))
        .merge(machines())
}

/// Routes for people who are not signed in, or no longer.
fn anybody() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::logout))
        .routes(routes!(service::find_service_status))
        .routes(routes!(service::find_metadata))
        .routes(routes!(vitals::record_vitals))
}

/// Routes for every account.
fn accounts() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(me::find_me, me::update_me, me::delete_me))
        .routes(routes!(me::change_password))
        .routes(routes!(me::list_logins, me::delete_other_logins))
        .routes(routes!(me::delete_login))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::delete_key))
        .routes(routes!(keys::create_ticket))
        .routes(routes!(dashboard::find_dashboard))
        .routes(routes!(credits::list_ledger))
        .routes(routes!(notifications::list_notifications))
        .routes(routes!(notifications::mark_notifications_read))
        .routes(routes!(models::list_models))
        .routes(routes!(templates::list_templates))
        .routes(routes!(jobs::list_jobs))
        .routes(routes!(jobs::find_job))
}

/// Routes for accounts that make projects.
fn creators() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(projects::list_projects, projects::create_project))
        .routes(routes!(
            projects::find_project,
            projects::update_project,
            projects::delete_project
        ))
        .routes(routes!(projects::list_scenes, projects::create_scene))
        .routes(routes!(projects::order_scenes))
        .routes(routes!(projects::generate))
        .routes(routes!(projects::export_project))
        .routes(routes!(video::create_video))
        .routes(routes!(
            scenes::find_scene,
            scenes::update_scene,
            scenes::delete_scene
        ))
        .routes(routes!(scenes::list_generations))
        .routes(routes!(scenes::select_generation))
        .routes(routes!(generations::find_generation))
        .routes(routes!(generations::find_generation_status))
        .routes(routes!(generations::cancel_generation))
        .routes(routes!(generations::retry_generation))
        .routes(routes!(images::upload_reference))
        .routes(routes!(images::list_reference_images))
        .routes(routes!(images::delete_reference_image))
}

/// Routes for players and for pages that watch; a browser sends the credential in the address.
fn viewers() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(live::open_socket))
        .routes(routes!(live::stream_generation))
        .routes(routes!(live::stream_job))
        .routes(routes!(media::read_media))
}

/// Routes for administrators: a handler here takes an `Admin`, or a `Command` by one. A browser that
/// goes to one below `/admin` gets the page of that name.
fn operators() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(admin::accounts::list_users))
        .routes(routes!(admin::accounts::update_user))
        .routes(routes!(admin::accounts::list_audit_entries))
        .routes(routes!(admin::memory::find_memory))
        .routes(routes!(admin::queue::list_queues))
        .routes(routes!(admin::queue::list_queue_jobs))
        .routes(routes!(admin::queue::pause_queue))
        .routes(routes!(admin::queue::resume_queue))
        .routes(routes!(admin::jobs::inspect_job))
        .routes(routes!(admin::jobs::requeue_job))
        .routes(routes!(admin::jobs::cancel_job))
        .routes(routes!(admin::jobs::set_job_priority))
        .layer(from_fn(web::show_page_to_browsers))
}

/// Routes for whoever watches the installation.
fn machines() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(health::find_health))
        .routes(routes!(health::find_health_at_root))
        .routes(routes!(health::find_liveness))
        .routes(routes!(health::find_readiness))
        .routes(routes!(metrics::read_metrics))
}

/// Pages about the interface, for people.
fn docs_pages() -> Router<ApiState> {
    Router::new()
        .route("/docs/problems", get(docs::show_problems))
        .merge(openapi::docs_ui())
        .layer(from_fn(layer::with_docs_security_headers))
}

async fn refuse_method() -> ApiError {
    let detail = "the address has no such method; the header Allow names those it has";
    ApiError::new(ErrorCode::MethodNotAllowed, detail)
}
