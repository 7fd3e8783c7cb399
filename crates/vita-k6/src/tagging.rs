//! The tags of a virtual user's samples.

use crate::options::SystemTags;
use crate::plan::Plan;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use vita_load::{CheckId, HttpSample, Recorder, ScenarioRun, TagSetId, builtin};
use vita_wire::{Hop, Target};

/// Sets of tags that a virtual user remembers by what they were made of; it forgets all when there
/// are more.
const REMEMBERED_MAX: usize = 256;

/// What parts the names in a group's path.
pub(crate) const GROUP_SEPARATOR: &str = "::";

/// The tags that the samples of a virtual user have at the moment.
pub(crate) struct Tagging {
    recorder: Option<Recorder>,
    system: SystemTags,
    scenario: RefCell<BTreeMap<String, String>>,
    /// `exec.vu.tags`, as far as the script has set them.
    own: RefCell<BTreeMap<String, String>>,
    own_metadata: RefCell<BTreeMap<String, String>>,
    group: RefCell<Rc<str>>,
    base: Cell<Option<TagSetId>>,
    checks: RefCell<HashMap<Box<str>, RememberedCheck>>,
    remembered: RefCell<HashMap<HttpKey, (TagSetId, Rc<Target>)>>,
}

/// A check's number and tags, for the group and the tags in which it was made last.
struct RememberedCheck {
    group: Rc<str>,
    base: TagSetId,
    check: CheckId,
    set: TagSetId,
}

/// What the tags of a request are made of, but for the base.
#[derive(PartialEq, Eq, Hash)]
struct HttpKey {
    base: TagSetId,
    name: Option<Rc<str>>,
    /// Where the target lies in memory; it is kept with the set, so that nothing else lies there.
    target: usize,
    method: http::Method,
    status: u16,
    error_code: u16,
    proto: &'static str,
    tls: Option<&'static str>,
    expected: Option<bool>,
}

/// What a request is tagged with besides what its hops tell.
#[derive(Clone, Default)]
pub(crate) struct RequestTags {
    /// The name under which requests of many addresses are counted; the address where empty.
    pub(crate) name: Option<Rc<str>>,
    pub(crate) tags: Vec<(String, String)>,
}

impl Tagging {
    pub(crate) fn new(recorder: Option<Recorder>, plan: &Plan) -> Self {
        Self {
            recorder,
            system: plan.options().system_tags,
            // Until it works for a scenario, as in `setup`, the run's own tags hold.
            scenario: RefCell::new(plan.options().tags.clone()),
            own: RefCell::default(),
            own_metadata: RefCell::default(),
            group: RefCell::new(Rc::from("")),
            base: Cell::new(None),
            checks: RefCell::default(),
            remembered: RefCell::default(),
        }
    }

    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.recorder.as_ref()
    }

    /// The virtual user works for another scenario now.
    pub(crate) fn enter_scenario(&self, scenario: &ScenarioRun) {
        self.scenario.replace(scenario.tags.clone());
        self.own.borrow_mut().clear();
        self.base.set(None);
    }

    /// Each iteration starts outside of all groups.
    pub(crate) fn begin_iteration(&self, vu: u64, iteration: u64) {
        for (key, number) in [("vu", vu), ("iter", iteration)] {
            if self.system.has(key) {
                self.set_metadata(key, Some(number.to_string()));
            }
        }
        if !self.group.borrow().is_empty() {
            self.set_group(Rc::from(""));
        }
    }

    /// `setup` and `teardown` run in a group of their own.
    pub(crate) fn enter_fixture(&self, group: &str) {
        self.set_group(Rc::from(group));
        if let Some(recorder) = &self.recorder {
            recorder.enter_group(group);
        }
    }

    pub(crate) fn group(&self) -> Rc<str> {
        Rc::clone(&self.group.borrow())
    }

    pub(crate) fn set_group(&self, group: Rc<str>) {
        self.group.replace(group);
        self.base.set(None);
    }

    /// A tag that all samples have now.
    pub(crate) fn tag(&self, key: &str) -> Option<String> {
        if key == "group" {
            return self.system.has("group").then(|| self.group().to_string());
        }
        let own = self.own.borrow().get(key).cloned();
        own.or_else(|| self.scenario.borrow().get(key).cloned())
    }

    /// All tags that samples have now.
    pub(crate) fn all(&self) -> BTreeMap<String, String> {
        let mut all = self.scenario.borrow().clone();
        all.extend(self.own.borrow().clone());
        if self.system.has("group") {
            all.insert("group".to_owned(), self.group().to_string());
        } else {
            all.remove("group");
        }
        if !self.system.has("scenario") {
            all.remove("scenario");
        }
        all
    }

    /// Sets a tag of all samples from now on, or removes it.
    pub(crate) fn set_tag(&self, key: &str, value: Option<String>) {
        let mut own = self.own.borrow_mut();
        match value {
            Some(value) => {
                own.insert(key.to_owned(), value);
            }
            None => {
                own.remove(key);
            }
        }
        self.base.set(None);
    }

    /// What goes with each sample into outputs besides its tags.
    pub(crate) fn metadata(&self, key: &str) -> Option<String> {
        self.own_metadata.borrow().get(key).cloned()
    }

    /// All of it.
    pub(crate) fn all_metadata(&self) -> BTreeMap<String, String> {
        self.own_metadata.borrow().clone()
    }

    /// Sets a part of it, or removes it.
    pub(crate) fn set_metadata(&self, key: &str, value: Option<String>) {
        let mut metadata = self.own_metadata.borrow_mut();
        match value {
            Some(value) => {
                metadata.insert(key.to_owned(), value);
            }
            None => {
                metadata.remove(key);
            }
        }
        if let Some(recorder) = &self.recorder {
            let all: Vec<(&str, &str)> = pairs(&metadata).collect();
            recorder.set_metadata(&all);
        }
    }

    /// The set of the tags that all samples have now.
    pub(crate) fn base(&self) -> TagSetId {
        if let Some(base) = self.base.get() {
            return base;
        }
        let base = self.recorder.as_ref().map_or(TagSetId::EMPTY, |recorder| {
            let all = self.all();
            let pairs: Vec<(&str, &str)> = pairs(&all).collect();
            recorder.tags(&pairs)
        });
        self.base.set(Some(base));
        base
    }

    /// The base with further tags.
    pub(crate) fn with(&self, tags: &[(String, String)]) -> TagSetId {
        let base = self.base();
        match &self.recorder {
            Some(recorder) if !tags.is_empty() => {
                let pairs: Vec<(&str, &str)> = tags
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.as_str()))
                    .collect();
                recorder.tags_with(base, &pairs)
            }
            _ => base,
        }
    }

    /// The number and the tags of a check of that name.
    pub(crate) fn check(
        &self,
        recorder: &Recorder,
        name: &str,
        tags: &[(String, String)],
    ) -> (CheckId, TagSetId) {
        let base = self.with(tags);
        let group = self.group.borrow();
        let mut checks = self.checks.borrow_mut();
        if let Some(known) = checks.get(name)
            && known.base == base
            && known.group == *group
        {
            return (known.check, known.set);
        }
        let check = recorder.check_id(&group, name);
        let set = if self.system.has("check") {
            recorder.tags_with(base, &[("check", name)])
        } else {
            base
        };
        if checks.len() >= REMEMBERED_MAX {
            checks.clear();
        }
        let known = RememberedCheck {
            group: Rc::clone(&group),
            base,
            check,
            set,
        };
        checks.insert(name.into(), known);
        (check, set)
    }

    /// Adds the samples of one exchange.
    pub(crate) fn add_hop(&self, hop: &Hop, tags: &RequestTags, expected: Option<bool>) {
        let Some(recorder) = &self.recorder else {
            return;
        };
        let timings = &hop.timings;
        let sample = HttpSample {
            blocked: timings.blocked,
            connecting: timings.connecting,
            tls_handshaking: timings.tls_handshaking,
            sending: timings.sending,
            waiting: timings.waiting,
            receiving: timings.receiving,
            failed: expected.map(|expected| !expected),
        };
        recorder.add_http(&sample, self.hop_tags(recorder, hop, tags, expected));
    }

    fn hop_tags(
        &self,
        recorder: &Recorder,
        hop: &Hop,
        tags: &RequestTags,
        expected: Option<bool>,
    ) -> TagSetId {
        // What differs at each request is not worth remembering.
        let is_common = tags.tags.is_empty() && hop.error.is_none() && !self.system.has("ip");
        if !is_common {
            return self.make_hop_tags(recorder, hop, tags, expected);
        }
        let key = HttpKey {
            base: self.base(),
            name: tags.name.clone(),
            target: Rc::as_ptr(&hop.target).addr(),
            method: hop.method.clone(),
            status: hop.status,
            error_code: hop.error_code().map_or(0, vita_wire::ErrorCode::number),
            proto: hop.proto(),
            tls: tls_version(hop),
            expected,
        };
        if let Some((id, _)) = self.remembered.borrow().get(&key) {
            return *id;
        }
        let id = self.make_hop_tags(recorder, hop, tags, expected);
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(key, (id, Rc::clone(&hop.target)));
        id
    }

    fn make_hop_tags(
        &self,
        recorder: &Recorder,
        hop: &Hop,
        tags: &RequestTags,
        expected: Option<bool>,
    ) -> TagSetId {
        let url = hop.target.as_str();
        let status = hop.status.to_string();
        let code = hop.error_code().map(|code| code.to_string());
        let error = hop.error.as_ref().map(ToString::to_string);
        let ip = hop
            .connection
            .as_ref()
            .map(|connection| connection.remote.ip().to_string());
        let name = tags.name.as_deref().unwrap_or(url);
        let values: [(&'static str, Option<&str>); 11] = [
            ("proto", (hop.status > 0).then(|| hop.proto())),
            ("status", Some(&status)),
            ("method", Some(hop.method.as_str())),
            ("url", Some(if tags.name.is_some() { name } else { url })),
            ("name", Some(name)),
            ("error", error.as_deref()),
            ("error_code", code.as_deref()),
            ("tls_version", tls_version(hop)),
            ("ip", ip.as_deref()),
            ("ocsp_status", None),
            (
                "expected_response",
                expected.map(|yes| if yes { "true" } else { "false" }),
            ),
        ];
        let mut all: Vec<(&str, &str)> = values
            .into_iter()
            .filter(|(key, _)| self.system.has(key))
            .filter_map(|(key, value)| Some((key, value?)))
            .collect();
        all.extend(
            tags.tags
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        );
        recorder.tags_with(self.base(), &all)
    }

    /// Adds what went over the wire.
    pub(crate) fn add_traffic(&self, traffic: vita_wire::Traffic) {
        if let Some(recorder) = &self.recorder {
            let base = self.base();
            recorder.add(builtin::DATA_SENT, traffic.sent as f64, base);
            recorder.add(builtin::DATA_RECEIVED, traffic.received as f64, base);
        }
    }

    /// Adds a sample with the tags of now.
    pub(crate) fn add(&self, metric: vita_load::MetricId, value: f64, tags: &[(String, String)]) {
        if let Some(recorder) = &self.recorder {
            recorder.add(metric, value, self.with(tags));
        }
    }

    pub(crate) fn system(&self) -> SystemTags {
        self.system
    }
}

fn pairs(tags: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
}

fn tls_version(hop: &Hop) -> Option<&'static str> {
    hop.connection.as_ref()?.tls.as_ref().map(|tls| tls.version)
}
