use std::panic::{AssertUnwindSafe, catch_unwind};

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

    /// Says that what other processes announced was not heard for a while: whoever goes by
    /// announcements has to look for itself.
    fn missed(&self) {}
}

/// Announces to nobody; for commands that run without a server.
impl AnnouncementSink for () {
    fn announce(&self, _announcements: Vec<Announcement>) {}
}

/// Hands announcements to the sink. Whoever listens must not be able to end what commits.
pub(crate) fn publish(sink: &dyn AnnouncementSink, announcements: Vec<Announcement>) {
    if announcements.is_empty() {
        return;
    }
    if catch_unwind(AssertUnwindSafe(|| sink.announce(announcements))).is_err() {
        tracing::error!("the sink of announcements panicked");
    }
}
