/// A statement's text; never built from values.
///
/// Nearly every statement is portable text with `$1` parameters. The few that are not name a text
/// for each database.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    sqlite: &'static str,
    postgres: &'static str,
}

impl Sql {
    /// A statement that the two databases spell differently.
    pub const fn each(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres }
    }

    pub(crate) const fn for_sqlite(self) -> &'static str {
        self.sqlite
    }

    pub(crate) const fn for_postgres(self) -> &'static str {
        self.postgres
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::each(text, text)
    }
}
