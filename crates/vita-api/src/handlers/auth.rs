use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use vita_app::{AppError, SignedIn};

use crate::answer::NoContent;
use crate::extract::{ApiJson, BrowserLogin, ClientDevice, bearer_token};
use crate::problem::{ApiError, ErrorCode};
use crate::state::ApiState;
use crate::wire::account::{LoginIn, LoginOut, LoginQuery, LogoutIn, RefreshIn, RegisterIn};

/// Makes an account and signs it in.
#[utoipa::path(
    post,
    path = "/api/auth/register",
    tag = "accounts",
    params(LoginQuery),
    request_body = RegisterIn,
    responses((status = 201, body = LoginOut))
)]
pub(crate) async fn register(
    State(state): State<ApiState>,
    query: Result<Query<LoginQuery>, QueryRejection>,
    browser: BrowserLogin,
    ClientDevice(device): ClientDevice,
    ApiJson(new): ApiJson<RegisterIn>,
) -> Result<Response, ApiError> {
    let wants_cookie = query.is_ok_and(|Query(query)| query.wants_cookie());
    if wants_cookie {
        browser.check_page()?;
    }
    let login = state.app.register(new.at(device)).await?;
    Ok(answer(
        StatusCode::CREATED,
        login,
        wants_cookie.then_some(&browser),
    ))
}

/// Signs in.
#[utoipa::path(
    post,
    path = "/api/auth/login",
    tag = "accounts",
    params(LoginQuery),
    request_body = LoginIn,
    responses((status = 200, body = LoginOut))
)]
pub(crate) async fn login(
    State(state): State<ApiState>,
    query: Result<Query<LoginQuery>, QueryRejection>,
    browser: BrowserLogin,
    ClientDevice(device): ClientDevice,
    ApiJson(credentials): ApiJson<LoginIn>,
) -> Result<Response, ApiError> {
    let wants_cookie = query.is_ok_and(|Query(query)| query.wants_cookie());
    if wants_cookie {
        browser.check_page()?;
    }
    let login = state.app.login(credentials.at(device)).await?;
    Ok(answer(
        StatusCode::OK,
        login,
        wants_cookie.then_some(&browser),
    ))
}

/// Exchanges a refresh token for new tokens: that in the body, else that in the cookie, where its
/// successor goes again. The same token again within 30 seconds gets the same successor, so that two
/// tabs, or a client whose answer was lost, stay signed in; presenting it later, or an older one,
/// ends the login that it belongs to.
#[utoipa::path(
    post,
    path = "/api/auth/refresh",
    tag = "accounts",
    request_body = Option<RefreshIn>,
    responses((status = 200, body = LoginOut))
)]
pub(crate) async fn refresh(
    State(state): State<ApiState>,
    browser: BrowserLogin,
    ApiJson(login): ApiJson<Option<RefreshIn>>,
) -> Result<Response, ApiError> {
    if let Some(token) = login.and_then(|login| login.refresh_token) {
        let login = state.app.refresh(&token).await?;
        return Ok(answer(StatusCode::OK, login, None));
    }
    let Some(token) = browser.token()? else {
        let detail = "send the `refreshToken` of a login, or its cookie";
        return Err(ApiError::new(ErrorCode::Unauthenticated, detail));
    };
    match state.app.refresh(token).await {
        Ok(login) => Ok(answer(StatusCode::OK, login, Some(&browser))),
        // It is worth nothing, and would be sent again and again.
        Err(error @ AppError::Unauthenticated) => {
            Ok((browser.forget(), ApiError::from(error)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends a login: that of the refresh token in the body, else that in the cookie, else that of the
/// access token.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "accounts",
    request_body = Option<LogoutIn>,
    responses((status = 204))
)]
pub(crate) async fn logout(
    State(state): State<ApiState>,
    headers: HeaderMap,
    browser: BrowserLogin,
    ApiJson(ended): ApiJson<Option<LogoutIn>>,
) -> Result<Response, ApiError> {
    if let Some(token) = ended.and_then(|ended| ended.refresh_token) {
        state.app.logout_by_refresh_token(&token).await?;
        return Ok(NoContent.into_response());
    }
    if let Some(token) = browser.token()? {
        state.app.logout_by_refresh_token(token).await?;
        return Ok((browser.forget(), NoContent).into_response());
    }
    let caller = state
        .app
        .authenticate(bearer_token(&headers)?)
        .await?
        .caller;
    state.app.logout(&caller).await?;
    Ok(NoContent.into_response())
}

/// The tokens of a login; with a browser, the refresh token goes into its cookie. Nothing on the way
/// may keep them.
fn answer(status: StatusCode, login: SignedIn, browser: Option<&BrowserLogin>) -> Response {
    let not_kept = [(header::CACHE_CONTROL, "no-store")];
    let Some(browser) = browser else {
        return (status, not_kept, Json(LoginOut::from(login))).into_response();
    };
    let cookies = browser.keep(&login.refresh_token, login.refresh_expires_in_secs);
    let body = Json(LoginOut::without_refresh_token(login));
    (status, not_kept, cookies, body).into_response()
}
