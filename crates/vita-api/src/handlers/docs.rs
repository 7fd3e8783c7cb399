use std::fmt::Write as _;

use axum::response::Html;

use crate::problem::ErrorCode;

/// The table of all codes, to which the `type` of every failure leads.
pub(crate) async fn show_problems() -> Html<String> {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Problems · Vitascope</title>\
         <style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
         td,th{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0}\
         :target{background:#fff3bf}</style><h1>Problems</h1><p>Every failure is \
         <code>application/problem+json</code> with one of these codes.</p><table><tr><th>Code\
         <th>Status<th>Meaning<th>What to do",
    );
    for code in ErrorCode::ALL {
        let spec = code.spec();
        let (word, status) = (spec.word, spec.status.as_u16());
        let (title, mend) = (spec.title, spec.mend);
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "<tr id=\"{word}\"><td><code>{word}</code><td>{status}<td>{title}.<td>{mend}"
        );
    }
    page.push_str("</table>");
    Html(page)
}
