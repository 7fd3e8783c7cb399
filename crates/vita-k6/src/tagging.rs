//! The tags of a virtual user's samples.

use crate::options::SystemTags;
use crate::plan::Plan;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;
use vita_load::{CheckId, HttpSample, Recorder, ScenarioRun, TagSetId, builtin};
use vita_wire::{Hop, Target};

/// Sets of tags that a virtual user remembers by what they were made of; it forgets all when there
/// are more.
const REMEMBERED_MAX: usize = 256;

/// Groups that are remembered within one; with more, all are forgotten and made again.
const REMEMBERED_GROUPS_MAX: usize = 64;

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
    group: RefCell<Rc<Group>>,
    root: Rc<Group>,
    /// How often the tags of all samples were changed, which makes each group's set void.
    changes: Cell<u64>,
    /// By a hash of what the tags were made of.
    remembered: RefCell<HashMap<u64, RememberedHop>>,
}

/// A group, with the groups that were entered from it.
pub(crate) struct Group {
    path: Box<str>,
    inner: RefCell<Vec<(Box<str>, Rc<Group>)>>,
    /// The tags of all samples in it, and of which change they are.
    base: Cell<Option<(u64, TagSetId)>>,
}

impl Group {
    fn new(path: &str) -> Rc<Self> {
        Rc::new(Self {
            path: path.into(),
            inner: RefCell::default(),
            base: Cell::new(None),
        })
    }
}

/// A check by its name, with its number and tags for the group and the tags in which it was last.
pub(crate) struct Check {
    name: Box<str>,
    last: RefCell<Option<RememberedCheck>>,
}

impl Check {
    pub(crate) fn new(name: String) -> Self {
        Self {
            name: name.into(),
            last: RefCell::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

struct RememberedCheck {
    group: Rc<Group>,
    base: TagSetId,
    check: CheckId,
    set: TagSetId,
}

/// The tags of a request's hop, with all that they were made of.
struct RememberedHop {
    base: TagSetId,
    tags: RequestTags,
    /// Only where the request has no name of its own.
    target: Option<Rc<Target>>,
    method: http::Method,
    status: u16,
    proto: &'static str,
    tls: Option<&'static str>,
    expected: Option<bool>,
    set: TagSetId,
}

impl RememberedHop {
    fn new(
        base: TagSetId,
        hop: &Hop,
        tags: &RequestTags,
        expected: Option<bool>,
        set: TagSetId,
    ) -> Self {
        Self {
            base,
            tags: tags.clone(),
            target: tags.name.is_none().then(|| Rc::clone(&hop.target)),
            method: hop.method.clone(),
            status: hop.status,
            proto: hop.proto(),
            tls: tls_version(hop),
            expected,
            set,
        }
    }

    fn is_of(&self, base: TagSetId, hop: &Hop, tags: &RequestTags, expected: Option<bool>) -> bool {
        self.base == base
            && self.status == hop.status
            && self.expected == expected
            && self.method == hop.method
            && self.proto == hop.proto()
            && self.tls == tls_version(hop)
            && self.tags == *tags
            && self
                .target
                .as_ref()
                .is_none_or(|target| Rc::ptr_eq(target, &hop.target))
    }
}

/// What a request is tagged with besides what its hops tell.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct RequestTags {
    /// The name under which requests of many addresses are counted; the address where empty.
    pub(crate) name: Option<Rc<str>>,
    pub(crate) tags: Vec<(String, String)>,
}

impl Tagging {
    pub(crate) fn new(recorder: Option<Recorder>, plan: &Plan) -> Self {
        let root = Group::new("");
        Self {
            recorder,
            system: plan.options().system_tags,
            // Until it works for a scenario, as in `setup`, the run's own tags hold.
            scenario: RefCell::new(plan.options().tags.clone()),
            own: RefCell::default(),
            own_metadata: RefCell::default(),
            group: RefCell::new(Rc::clone(&root)),
            root,
            changes: Cell::new(0),
            remembered: RefCell::default(),
        }
    }

    /// The virtual user works for another scenario now.
    pub(crate) fn enter_scenario(&self, scenario: &ScenarioRun) {
        self.scenario.replace(scenario.tags.clone());
        self.own.borrow_mut().clear();
        self.note_change();
    }

    /// Each iteration starts outside of all groups.
    pub(crate) fn begin_iteration(&self, vu: u64, iteration: u64) {
        for (key, number) in [("vu", vu), ("iter", iteration)] {
            if self.system.has(key) {
                self.set_metadata(key, Some(number.to_string()));
            }
        }
        self.leave_to(Rc::clone(&self.root));
    }

    /// `setup` and `teardown` run in a group of their own.
    pub(crate) fn enter_fixture(&self, group: &str) {
        self.leave_to(Group::new(group));
        if let Some(recorder) = &self.recorder {
            recorder.enter_group(group);
        }
    }

    /// Enters a group within the present one, and gives back the present one.
    pub(crate) fn enter_group(&self, name: &str) -> Rc<Group> {
        let outer = Rc::clone(&self.group.borrow());
        let known = outer
            .inner
            .borrow()
            .iter()
            .find(|(known, _)| **known == *name)
            .map(|(_, group)| Rc::clone(group));
        let group = known.unwrap_or_else(|| self.make_group(&outer, name));
        self.group.replace(group);
        outer
    }

    fn make_group(&self, outer: &Group, name: &str) -> Rc<Group> {
        let group = Group::new(&format!("{}{GROUP_SEPARATOR}{name}", outer.path));
        if let Some(recorder) = &self.recorder {
            recorder.enter_group(&group.path);
        }
        let mut inner = outer.inner.borrow_mut();
        if inner.len() >= REMEMBERED_GROUPS_MAX {
            inner.clear();
        }
        inner.push((name.into(), Rc::clone(&group)));
        group
    }

    /// Goes back to a group.
    pub(crate) fn leave_to(&self, group: Rc<Group>) {
        self.group.replace(group);
    }

    fn note_change(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    /// A tag that all samples have now.
    pub(crate) fn tag(&self, key: &str) -> Option<String> {
        if key == "group" {
            let group = || self.group.borrow().path.to_string();
            return self.system.has("group").then(group);
        }
        let own = self.own.borrow().get(key).cloned();
        own.or_else(|| self.scenario.borrow().get(key).cloned())
    }

    /// All tags that samples have now.
    pub(crate) fn all(&self) -> BTreeMap<String, String> {
        let mut all = self.scenario.borrow().clone();
        all.extend(self.own.borrow().clone());
        if self.system.has("group") {
            all.insert("group".to_owned(), self.group.borrow().path.to_string());
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
        self.note_change();
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
        let change = self.changes.get();
        let group = self.group.borrow();
        if let Some((of, base)) = group.base.get()
            && of == change
        {
            return base;
        }
        let base = self.recorder.as_ref().map_or(TagSetId::EMPTY, |recorder| {
            let all = self.all();
            let pairs: Vec<(&str, &str)> = pairs(&all).collect();
            recorder.tags(&pairs)
        });
        group.base.set(Some((change, base)));
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

    /// Adds a check's outcome.
    pub(crate) fn add_check(&self, check: &Check, passed: bool, tags: &[(String, String)]) {
        let Some(recorder) = &self.recorder else {
            return;
        };
        let base = self.with(tags);
        let group = self.group.borrow();
        let mut last = check.last.borrow_mut();
        let known = match &mut *last {
            Some(known) if known.base == base && Rc::ptr_eq(&known.group, &group) => known,
            last => last.insert(self.find_check(recorder, &check.name, &group, base)),
        };
        recorder.add_check(known.check, passed, known.set);
    }

    fn find_check(
        &self,
        recorder: &Recorder,
        name: &str,
        group: &Rc<Group>,
        base: TagSetId,
    ) -> RememberedCheck {
        let set = if self.system.has("check") {
            recorder.tags_with(base, &[("check", name)])
        } else {
            base
        };
        RememberedCheck {
            group: Rc::clone(group),
            base,
            check: recorder.check_id(&group.path, name),
            set,
        }
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
        if hop.error.is_some() || self.system.has("ip") {
            return self.make_hop_tags(recorder, hop, tags, expected);
        }
        let base = self.base();
        let key = hash_hop(base, hop, tags);
        if let Some(known) = self.remembered.borrow().get(&key)
            && known.is_of(base, hop, tags, expected)
        {
            return known.set;
        }
        let set = self.make_hop_tags(recorder, hop, tags, expected);
        let mut remembered = self.remembered.borrow_mut();
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(key, RememberedHop::new(base, hop, tags, expected, set));
        set
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

/// Of what most often differs between two requests of a virtual user.
fn hash_hop(base: TagSetId, hop: &Hop, tags: &RequestTags) -> u64 {
    let mut hasher = DefaultHasher::new();
    (base, hop.status).hash(&mut hasher);
    match &tags.name {
        Some(name) => name.hash(&mut hasher),
        None => Rc::as_ptr(&hop.target).hash(&mut hasher),
    }
    for (_, value) in &tags.tags {
        value.hash(&mut hasher);
    }
    hasher.finish()
}

fn tls_version(hop: &Hop) -> Option<&'static str> {
    hop.connection.as_ref()?.tls.as_ref().map(|tls| tls.version)
}
