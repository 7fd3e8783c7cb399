//! The report as one HTML page that needs nothing else: no network, no other file.

use super::Report;

const PAGE: &str = include_str!("../../assets/report.html");

/// What stands in the page's places, in their order. uPlot is <https://github.com/leeoniya/uPlot>.
const PARTS: [(&str, &str); 4] = [
    (
        "/*{uplot_css}*/",
        include_str!("../../assets/uPlot.min.css"),
    ),
    ("/*{css}*/", include_str!("../../assets/report.css")),
    (
        "/*{uplot_js}*/",
        include_str!("../../assets/uPlot.iife.min.js"),
    ),
    ("/*{js}*/", include_str!("../../assets/report.js")),
];

const DATA: &str = "/*{data}*/";
const LIVE: &str = "{live}";

impl Report {
    /// The page.
    pub fn to_html(&self) -> Result<String, serde_json::Error> {
        self.page("")
    }

    /// The page of a run that goes on: it asks for newer figures, this value as JSON, at a path
    /// beside its own.
    pub fn to_live_html(&self, path: &str) -> Result<String, serde_json::Error> {
        self.page(path)
    }

    fn page(&self, live: &str) -> Result<String, serde_json::Error> {
        let data = serde_json::to_string(self)?;
        let page = PAGE.replacen(LIVE, &escaped(live), 1);
        let page = PARTS
            .iter()
            .fold(page, |page, (place, text)| page.replacen(place, text, 1));
        // A name that a script made up must not end the element it stands in.
        let data = data.replace('<', "\\u003c");
        Ok(page.replacen(DATA, &data, 1))
    }
}

/// A text within an attribute in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
