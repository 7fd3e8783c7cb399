use axum::body::Body;
use http::StatusCode;
use serde_json::{Value, json};
use vita_fixtures::png_picture;

use crate::api::{Answer, PATIENCE, TestApi, User};
use crate::generations::{add_scene, ended};

const PATH: &str = "/api/upload-reference";

/// A reference image: its key.
pub(crate) async fn upload(api: &TestApi, user: &User) -> String {
    key_of(&send(api, user, PATH, "image/png", png_picture(40, 30, 1)).await)
}

fn key_of(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.json()["imageKey"].as_str().unwrap().to_owned()
}

async fn send(
    api: &TestApi,
    user: &User,
    path: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> Answer {
    let request = user
        .request("POST", path)
        .header("content-type", content_type);
    api.send(request.body(body.into()).unwrap()).await
}

/// A form with one field.
fn form(field: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"../../x.png\"\r\n\
         Content-Type: text/html\r\n\r\n"
    );
    [head.as_bytes(), content, b"\r\n--cut--\r\n"].concat()
}

const FORM: &str = "multipart/form-data; boundary=cut";

async fn list(api: &TestApi, user: &User) -> Vec<Value> {
    let answer = api
        .ask(user, "GET /api/reference-images", Value::Null)
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()["referenceImages"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_picture_is_uploaded_listed_looked_at_and_deleted() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let picture = png_picture(300, 200, 9);
    for (content_type, body) in [
        (FORM, form("image", &picture)),
        ("image/jpeg", picture.clone()),
        ("application/octet-stream", picture.clone()),
    ] {
        let answer = send(&api, &user, PATH, content_type, body).await;
        let key = key_of(&answer);
        let uploaded = answer.json();
        assert_eq!(uploaded["success"], true);
        assert_eq!(uploaded["thumbnailStatus"], "ready");
        assert_eq!(uploaded.get("jobId"), None);
        let thumbnail = api.get(uploaded["thumbnailUrl"].as_str().unwrap()).await;
        assert_eq!(thumbnail.header("content-type"), "image/webp");
        assert_eq!(&thumbnail.body[..4], b"RIFF");

        let listed = list(&api, &user).await;
        let [image] = listed.as_slice() else {
            panic!("{listed:?}");
        };
        assert_eq!(image["imageKey"], json!(key));
        assert_eq!(
            (&image["width"], &image["height"]),
            (&json!(300), &json!(200))
        );
        assert_eq!(image["format"], "png");
        assert_eq!(image["sizeBytes"], json!(picture.len()));
        let original = api.get(image["imageUrl"].as_str().unwrap()).await;
        assert_eq!(original.header("content-type"), "image/png");
        assert_eq!(original.body, picture);

        // Without a signature only its owner sees it.
        let plain = format!("GET /api/media/images/{key}/thumbnail.webp");
        let own = api.ask(&user, &plain, Value::Null).await;
        assert_eq!(own.status, StatusCode::OK);
        let stranger = api.sign_up().await;
        let refused = api.ask(&stranger, &plain, Value::Null).await;
        assert_eq!(refused.problem(), "NOT_FOUND");

        let delete = format!("DELETE /api/reference-images/{key}");
        let gone = api.ask(&user, &delete, Value::Null).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(list(&api, &user).await, [] as [Value; 0]);
        let again = api.ask(&user, &delete, Value::Null).await;
        assert_eq!(again.problem(), "NOT_FOUND");
        let hidden = api.ask(&user, &plain, Value::Null).await;
        assert_eq!(hidden.problem(), "NOT_FOUND");
    }
}

#[tokio::test]
async fn a_thumbnail_can_be_a_job_whose_end_is_announced() {
    let mut api = TestApi::new();
    let user = api.sign_up().await;
    let path = format!("{PATH}?async=true");
    let answer = send(&api, &user, &path, "image/png", png_picture(64, 48, 2)).await;
    let key = key_of(&answer);
    let uploaded = answer.json();
    assert_eq!(uploaded["thumbnailStatus"], "processing");
    let job = uploaded["jobId"].as_str().unwrap();
    let thumbnail = uploaded["thumbnailUrl"].as_str().unwrap();
    assert_eq!(api.get(thumbnail).await.problem(), "NOT_FOUND");
    let image = &list(&api, &user).await[0];
    assert_eq!(image["thumbnailStatus"], "processing");
    assert_eq!(image["thumbnailUrl"], Value::Null);

    api.start_workers().await;
    let events = user.request("GET", &format!("/api/jobs/{job}/events"));
    let events = api.send(events.body(Body::empty()).unwrap());
    let events = tokio::time::timeout(PATIENCE, events).await.unwrap();
    assert!(events.text().contains("completed"), "{}", events.text());
    let found = api
        .ask(&user, &format!("GET /api/jobs/{job}"), Value::Null)
        .await
        .json();
    assert_eq!(
        (&found["kind"], &found["status"]),
        (&json!("make_thumbnail"), &json!("completed"))
    );
    let made = api.get(found["result"]["url"].as_str().unwrap()).await;
    assert_eq!(made.header("content-type"), "image/webp");
    assert_eq!(api.get(thumbnail).await.body, made.body);
    let image = &list(&api, &user).await[0];
    assert_eq!(
        (&image["imageKey"], &image["thumbnailStatus"]),
        (&json!(key), &json!("ready"))
    );
}

#[tokio::test]
async fn what_is_no_picture_is_refused_with_the_reason_and_leaves_nothing() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let mut bomb = png_picture(4, 4, 0);
    bomb[16..24].copy_from_slice(&[50_000_u32, 50_000].map(u32::to_be_bytes).concat());
    let mut cut = png_picture(200, 200, 0);
    cut.truncate(40_000);
    for (body, code) in [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            "NOT_AN_IMAGE",
        ),
        (b"GIF89a".to_vec(), "NOT_AN_IMAGE"),
        (b"hello".to_vec(), "NOT_AN_IMAGE"),
        (Vec::new(), "EMPTY"),
        (bomb, "TOO_LARGE"),
        (cut, "BROKEN"),
    ] {
        for (content_type, body) in [("image/png", body.clone()), (FORM, form("image", &body))] {
            let answer = send(&api, &user, PATH, content_type, body).await;
            assert_eq!(
                answer.refused_field(),
                ("/image".to_owned(), code.to_owned())
            );
        }
    }
    let other_field = send(&api, &user, PATH, FORM, form("file", &png_picture(4, 4, 0))).await;
    assert_eq!(other_field.refused_field().1, "REQUIRED");
    let torn = form("image", &png_picture(40, 40, 0));
    let torn = send(&api, &user, PATH, FORM, torn[..2_000].to_vec()).await;
    assert_eq!(torn.problem(), "BAD_REQUEST");
    let unbounded = send(&api, &user, PATH, "multipart/form-data", "x").await;
    assert_eq!(unbounded.problem(), "BAD_REQUEST");
    let json = send(&api, &user, PATH, "application/json", "{}").await;
    assert_eq!(json.problem(), "UNSUPPORTED_MEDIA_TYPE");
    let query = format!("{PATH}?async=maybe");
    let wrong = send(&api, &user, &query, "image/png", png_picture(4, 4, 0)).await;
    assert_eq!(wrong.refused_field().0, "async");
    assert_eq!(list(&api, &user).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_and_while_it_is_read() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let large = || vec![7_u8; 20 * 1024 * 1024 + 1];
    let announced = send(&api, &user, PATH, "image/png", large()).await;
    assert_eq!(announced.problem(), "PAYLOAD_TOO_LARGE");
    // A body whose length nobody knows before its end.
    let pieces = || {
        let pieces = (0..21).map(|_| Ok::<_, std::io::Error>(vec![7_u8; 1024 * 1024]));
        Body::from_stream(futures_util::stream::iter(pieces))
    };
    let streamed = send(&api, &user, PATH, "image/png", pieces()).await;
    assert_eq!(streamed.problem(), "PAYLOAD_TOO_LARGE");
    let in_form = send(&api, &user, PATH, FORM, form("image", &large())).await;
    assert_eq!(in_form.problem(), "PAYLOAD_TOO_LARGE");
    // What is not asked for counts, too.
    let beside = send(&api, &user, PATH, FORM, form("other", &vec![7; 22_000_000])).await;
    assert_eq!(beside.problem(), "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn an_upload_that_is_sent_again_with_its_key_is_one_image() {
    let api = TestApi::new();
    let user = api.sign_up().await;
    let again = async |path: &str, picture: &[u8], boundary: &str| {
        let body = String::from_utf8_lossy(&form("image", b"?")).replace("cut", boundary);
        let (head, tail) = body.split_once('?').unwrap();
        let body = [head.as_bytes(), picture, tail.as_bytes()].concat();
        let request = user
            .request("POST", path)
            .header("idempotency-key", "one")
            .header(
                "content-type",
                format!("multipart/form-data; boundary={boundary}"),
            );
        api.send(request.body(Body::from(body)).unwrap()).await
    };
    let picture = png_picture(50, 50, 3);
    let first = key_of(&again(PATH, &picture, "first").await);
    // Every client makes up another boundary each time.
    let (second, third) = tokio::join!(
        again(PATH, &picture, "second"),
        again(PATH, &picture, "third")
    );
    assert_eq!((key_of(&second), key_of(&third)), (first.clone(), first));
    assert_eq!(list(&api, &user).await.len(), 1);
    let other = again(PATH, &png_picture(50, 50, 4), "first").await;
    assert_eq!(other.problem(), "IDEMPOTENCY_MISMATCH");
    let other = again(&format!("{PATH}?async=true"), &picture, "first").await;
    assert_eq!(other.problem(), "IDEMPOTENCY_MISMATCH");
}

#[tokio::test]
async fn a_clip_begins_from_its_owners_images_only_and_holds_them_while_it_is_made() {
    let mut api = TestApi::new();
    let (user, stranger) = (api.sign_up().await, api.sign_up().await);
    let (project, scene) = add_scene(&api, &user).await;
    let (own, other) = (upload(&api, &user).await, upload(&api, &stranger).await);
    let call = format!("POST /api/projects/{project}/generate");
    let ask = async |keys: Value| {
        let body = json!({"sceneId": scene, "resolution": "360p", "referenceImages": keys});
        api.ask(&user, &call, body).await
    };
    let foreign = ask(json!([own, other])).await;
    assert_eq!(
        foreign.refused_field(),
        ("/referenceImages/1".to_owned(), "UNKNOWN_IMAGE".to_owned())
    );
    assert!(foreign.text().contains(&other));
    let many = ask(json!([own, own, own, own, own])).await;
    assert_eq!(many.refused_field().1, "TOO_MANY");
    let wrong = ask(json!(["../x"])).await;
    assert_eq!(wrong.refused_field().0, "/referenceImages/0");
    let wrong = ask(json!("img")).await;
    assert_eq!(wrong.refused_field().0, "/referenceImages");

    let accepted = ask(json!([own, own])).await;
    assert_eq!(accepted.status, StatusCode::ACCEPTED, "{accepted:?}");
    let id = accepted.json()["generationId"].as_str().unwrap().to_owned();
    let delete = format!("DELETE /api/reference-images/{own}");
    let held = api.ask(&user, &delete, Value::Null).await;
    assert_eq!(held.problem(), "CONFLICT");
    api.start_workers().await;
    assert_eq!(ended(&api, &user, &id).await["status"], "completed");
    let retry = format!("POST /api/generations/{id}/retry");
    let again = api.make(&user, &retry, Value::Null).await;
    assert_eq!(ended(&api, &user, &again).await["status"], "completed");
    let gone = api.ask(&user, &delete, Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    // The clip stays; another take of it would need the image.
    let status = ended(&api, &user, &id).await;
    let clip = api.get(status["videoUrl"].as_str().unwrap()).await;
    assert_eq!(clip.status, StatusCode::OK);
    let refused = api.ask(&user, &retry, Value::Null).await;
    assert_eq!(refused.problem(), "CONFLICT");
}
