/// Something that others want to hear of once the transaction that says it has committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// Whom it concerns, such as `generation:gen_…` or `queue:render`.
    pub topic: String,
    /// What happened; JSON, or empty where the topic says it all.
    pub body: String,
}

/// Takes the announcements of committed transactions, in the order of their commits.
///
/// Called on the thread that commits: it must be quick and must not wait.
pub trait AnnouncementSink: Send + Sync + 'static {
    /// Passes on what one committed transaction announced.
    fn announce(&self, announcements: Vec<Announcement>);
}

/// Announces to nobody; for commands that run without a server.
impl AnnouncementSink for () {
    fn announce(&self, _announcements: Vec<Announcement>) {}
}
