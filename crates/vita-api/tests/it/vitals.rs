use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::api::{Answer, TestApi, request, with_json};

async fn tell(api: &TestApi, body: &Value) -> Answer {
    let request = request(Method::POST, "/api/vitals");
    api.send(with_json(request, body)).await
}

fn of(name: &str, value: f64) -> Value {
    json!({"page": "home", "vitals": [{"name": name, "value": value}]})
}

#[tokio::test]
async fn anybody_may_tell_how_long_a_page_took() {
    let api = TestApi::new();
    for name in ["LCP", "INP", "CLS", "TTFB", "FCP"] {
        let answer = tell(&api, &of(name, 0.25)).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{name}");
    }
}

#[tokio::test]
async fn what_no_browser_measures_is_refused_by_name() {
    let api = TestApi::new();
    let junk = [
        (of("LCP", -1.0), "/vitals/0/value"),
        (of("LCP", 120_001.0), "/vitals/0/value"),
        (of("CLS", 101.0), "/vitals/0/value"),
        (json!({"page": "home", "vitals": []}), "/vitals"),
        (
            json!({"page": "home", "vitals": vec![json!({"name": "LCP", "value": 1}); 6]}),
            "/vitals",
        ),
        (of("FID", 1.0), "/vitals/0/name"),
        (json!({"page": "usr_1", "vitals": []}), "/page"),
    ];
    for (body, pointer) in junk {
        let answer = tell(&api, &body).await;
        assert_eq!(answer.problem(), "VALIDATION_FAILED", "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
}
