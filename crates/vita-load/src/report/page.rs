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

impl Report {
    /// The page.
    pub fn to_html(&self) -> Result<String, serde_json::Error> {
        let data = serde_json::to_string(self)?;
        let page = PARTS.iter().fold(PAGE.to_owned(), |page, (place, text)| {
            page.replacen(place, text, 1)
        });
        // A name that a script made up must not end the element it stands in.
        let data = data.replace('<', "\\u003c");
        Ok(page.replacen(DATA, &data, 1))
    }
}
