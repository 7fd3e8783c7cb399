//! A virtual user's cookies (RFC 6265). Pure: the time is an argument.

use url::{Host, Url};
use vita_model::Timestamp;

/// Cookies a jar holds at most (RFC 6265 §6.1 asks for 3000); the oldest gives way.
const COOKIES_MAX: usize = 3000;

/// Bytes of a cookie's name, value and attributes that are accepted: twice what RFC 6265 §6.1 asks.
const COOKIE_BYTES_MAX: usize = 8192;

/// A cookie as a server or a script sets it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetCookie {
    /// The name.
    pub name: String,
    /// The value, without quotes around it.
    pub value: String,
    /// The domain whose hosts get it; the host alone when empty.
    pub domain: String,
    /// The path below which it is sent; that of the URL when empty.
    pub path: String,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// After how many seconds it ends; before `expires`, and zero or less ends it at once.
    pub max_age: Option<i64>,
    /// It is sent over TLS only.
    pub secure: bool,
    /// Scripts of a page don't see it.
    pub http_only: bool,
}

impl SetCookie {
    /// Reads a `Set-Cookie` header (RFC 6265 §5.2); nothing when it sets no cookie.
    pub fn parse(header: &str) -> Option<Self> {
        if header.len() > COOKIE_BYTES_MAX || header.bytes().any(|byte| byte < 0x20 && byte != 9) {
            return None;
        }
        let mut parts = header.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let value = value.trim();
        let mut cookie = Self {
            name: name.trim().to_owned(),
            value: value
                .strip_prefix('"')
                .and_then(|inner| inner.strip_suffix('"'))
                .unwrap_or(value)
                .to_owned(),
            ..Self::default()
        };
        if cookie.name.is_empty() {
            return None;
        }
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            cookie.apply_attribute(key.trim(), value.trim());
        }
        Some(cookie)
    }

    fn apply_attribute(&mut self, key: &str, value: &str) {
        if key.eq_ignore_ascii_case("expires") {
            self.expires = parse_cookie_date(value).or(self.expires);
        } else if key.eq_ignore_ascii_case("max-age") {
            let digits = value.strip_prefix('-').unwrap_or(value);
            if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                let beyond = if value.starts_with('-') {
                    i64::MIN
                } else {
                    i64::MAX
                };
                self.max_age = Some(value.parse().unwrap_or(beyond));
            }
        } else if key.eq_ignore_ascii_case("domain") {
            if !value.is_empty() {
                self.domain = value
                    .strip_prefix('.')
                    .unwrap_or(value)
                    .to_ascii_lowercase();
            }
        } else if key.eq_ignore_ascii_case("path") {
            // RFC 6265 §5.2.4: anything else means the default path.
            self.path = if value.starts_with('/') {
                value.to_owned()
            } else {
                String::new()
            };
        } else if key.eq_ignore_ascii_case("secure") {
            self.secure = true;
        } else if key.eq_ignore_ascii_case("httponly") {
            self.http_only = true;
        }
    }
}

#[derive(Clone, Debug)]
struct Stored {
    name: String,
    value: String,
    domain: String,
    host_only: bool,
    path: String,
    secure: bool,
    ends: Option<Timestamp>,
}

impl Stored {
    fn is_sent_to(&self, url: &Url, host: &str, now: Timestamp) -> bool {
        self.ends.is_none_or(|ends| ends > now)
            && (!self.secure || matches!(url.scheme(), "https" | "wss"))
            && if self.host_only {
                self.domain == host
            } else {
                domain_matches(host, &self.domain)
            }
            && path_matches(url.path(), &self.path)
    }
}

/// The cookies of a virtual user.
#[derive(Clone, Debug, Default)]
pub struct CookieJar {
    /// Oldest first.
    cookies: Vec<Stored>,
}

impl CookieJar {
    /// An empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    /// The cookies a request to `url` carries, the longest path first, then the oldest.
    pub fn cookies_for(&self, url: &Url, now: Timestamp) -> Vec<(&str, &str)> {
        let Some(host) = url.host_str() else {
            return Vec::new();
        };
        let mut found: Vec<&Stored> = self
            .cookies
            .iter()
            .filter(|cookie| cookie.is_sent_to(url, host, now))
            .collect();
        found.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        found
            .into_iter()
            .map(|cookie| (cookie.name.as_str(), cookie.value.as_str()))
            .collect()
    }

    /// Takes what an answer from `url` sets; returns whether it was accepted.
    pub fn set(&mut self, url: &Url, cookie: SetCookie, now: Timestamp) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        let Some((domain, host_only)) = domain_of(url, host, &cookie.domain) else {
            return false;
        };
        let path = if cookie.path.starts_with('/') {
            cookie.path
        } else {
            default_path(url.path()).to_owned()
        };
        let ends = match cookie.max_age {
            Some(seconds) if seconds <= 0 => Some(Timestamp::from_micros(i64::MIN)),
            Some(seconds) => Some(now.plus(std::time::Duration::from_secs(seconds as u64))),
            None => cookie.expires,
        };
        let same =
            |old: &Stored| old.name == cookie.name && old.domain == domain && old.path == path;
        let place = self.cookies.iter().position(same);
        if ends.is_some_and(|ends| ends <= now) {
            if let Some(place) = place {
                self.cookies.remove(place);
            }
            return true;
        }
        let stored = Stored {
            name: cookie.name,
            value: cookie.value,
            domain,
            host_only,
            path,
            secure: cookie.secure,
            ends,
        };
        match place {
            // RFC 6265 §5.3.11: a cookie that is set anew keeps its age.
            Some(place) => self.cookies[place] = stored,
            None => self.add(stored, now),
        }
        true
    }

    fn add(&mut self, stored: Stored, now: Timestamp) {
        if self.cookies.len() >= COOKIES_MAX {
            self.cookies
                .retain(|cookie| cookie.ends.is_none_or(|ends| ends > now));
        }
        if self.cookies.len() >= COOKIES_MAX {
            self.cookies.remove(0);
        }
        self.cookies.push(stored);
    }

    /// Forgets the cookie `name` that would be sent to `url`.
    pub fn delete(&mut self, url: &Url, name: &str, now: Timestamp) {
        let Some(host) = url.host_str() else {
            return;
        };
        self.cookies
            .retain(|cookie| cookie.name != name || !cookie.is_sent_to(url, host, now));
    }

    /// Forgets the cookies that would be sent to `url`.
    pub fn clear(&mut self, url: &Url, now: Timestamp) {
        let Some(host) = url.host_str() else {
            return;
        };
        self.cookies
            .retain(|cookie| !cookie.is_sent_to(url, host, now));
    }

    /// Forgets everything.
    pub fn clear_all(&mut self) {
        self.cookies.clear();
    }
}

/// The domain a cookie is kept for, and whether for that host alone; nothing when it may not be set.
fn domain_of(url: &Url, host: &str, wanted: &str) -> Option<(String, bool)> {
    let wanted = wanted
        .strip_prefix('.')
        .unwrap_or(wanted)
        .to_ascii_lowercase();
    if wanted.is_empty() || wanted == host {
        // An address, and a name without a dot, is nobody's domain.
        let alone = wanted.is_empty() || !host.contains('.') || !is_name(url);
        return Some((host.to_owned(), alone));
    }
    let allowed = wanted.contains('.') && is_name(url) && domain_matches(host, &wanted);
    allowed.then_some((wanted, false))
}

fn is_name(url: &Url) -> bool {
    matches!(url.host(), Some(Host::Domain(_)))
}

/// RFC 6265 §5.1.3, for names.
fn domain_matches(host: &str, domain: &str) -> bool {
    host == domain
        || host
            .strip_suffix(domain)
            .is_some_and(|front| front.ends_with('.'))
}

/// RFC 6265 §5.1.4.
fn path_matches(path: &str, of_cookie: &str) -> bool {
    match path.strip_prefix(of_cookie) {
        Some(rest) => rest.is_empty() || of_cookie.ends_with('/') || rest.starts_with('/'),
        None => false,
    }
}

/// RFC 6265 §5.1.4: the path up to its last slash.
fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(last) => &path[..last],
    }
}

/// RFC 6265 §5.1.1: dates in all the forms that servers send.
fn parse_cookie_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    let delimiter = |c: char| !c.is_ascii_alphanumeric() && c != ':';
    for token in text.split(delimiter).filter(|token| !token.is_empty()) {
        let number = || token.parse::<i64>().ok();
        if time.is_none() && token.contains(':') {
            time = parse_time(token);
        } else if day.is_none() && token.len() <= 2 && number().is_some() {
            day = number();
        } else if month.is_none() && token.len() >= 3 && token.as_bytes()[0].is_ascii_alphabetic() {
            let start = token[..3].to_ascii_lowercase();
            month = MONTHS.iter().position(|name| *name == start);
        } else if year.is_none() && (token.len() == 2 || token.len() == 4) && number().is_some() {
            year = number().map(|year| match year {
                70..=99 => year + 1900,
                0..=69 => year + 2000,
                _ => year,
            });
        }
    }
    let (year, month, day, seconds) = (year?, month? as i64 + 1, day?, time?);
    let fits = (1..=31).contains(&day) && year >= 1601;
    fits.then(|| {
        let seconds = days_since_epoch(year, month, day) * 86_400 + seconds;
        Timestamp::from_micros(seconds.saturating_mul(1_000_000))
    })
}

fn parse_time(token: &str) -> Option<i64> {
    let mut parts = token.split(':').map(str::parse::<i64>);
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let (hour, minute, second) = (hour.ok()?, minute.ok()?, second.ok()?);
    let fits = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..60).contains(&second);
    (fits && parts.next().is_none()).then_some(hour * 3600 + minute * 60 + second)
}

/// H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": `days_from_civil`.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn jar_with(from: &str, headers: &[&str]) -> CookieJar {
        let mut jar = CookieJar::new();
        for header in headers {
            if let Some(cookie) = SetCookie::parse(header) {
                jar.set(&url(from), cookie, NOW);
            }
        }
        jar
    }

    fn sent(jar: &CookieJar, to: &str) -> String {
        let pairs = jar.cookies_for(&url(to), NOW);
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_path_only() {
        let jar = jar_with(
            "http://a.test/dir/page",
            &["one=1", "two=2; Path=/", "three=\"3\"; Path=/dir/x"],
        );
        assert_eq!(sent(&jar, "http://a.test/dir/other"), "one=1; two=2");
        assert_eq!(sent(&jar, "http://a.test/dir/x/y"), "three=3; one=1; two=2");
        assert_eq!(sent(&jar, "http://a.test/directory"), "two=2");
        assert_eq!(sent(&jar, "http://b.a.test/dir/"), "");
    }

    #[test]
    fn a_domain_reaches_its_hosts_but_never_a_bare_top_level_or_a_stranger() {
        let jar = jar_with(
            "http://a.example.test/",
            &[
                "d=1; Domain=.Example.test",
                "tld=1; Domain=test",
                "other=1; Domain=evil.test",
            ],
        );
        assert_eq!(sent(&jar, "http://b.example.test/"), "d=1");
        assert_eq!(sent(&jar, "http://example.test/"), "d=1");
        assert_eq!(sent(&jar, "http://badexample.test/"), "");
        assert_eq!(sent(&jar, "http://a.example.test/"), "d=1");
        let local = jar_with("http://localhost/", &["l=1; Domain=localhost"]);
        assert_eq!(sent(&local, "http://localhost/"), "l=1");
        let address = jar_with(
            "http://127.0.0.1/",
            &["ip=1; Domain=127.0.0.1", "no=1; Domain=0.0.1"],
        );
        assert_eq!(sent(&address, "http://127.0.0.1/"), "ip=1");
    }

    #[test]
    fn secure_cookies_stay_on_tls() {
        let jar = jar_with("https://a.test/", &["s=1; Secure; HttpOnly"]);
        assert_eq!(sent(&jar, "http://a.test/"), "");
        assert_eq!(sent(&jar, "wss://a.test/"), "s=1");
    }

    #[test]
    fn ended_cookies_are_gone_and_max_age_is_before_expires() {
        let jar = jar_with(
            "http://a.test/",
            &[
                "past=1; Expires=Wed, 09 Jun 2021 10:18:14 GMT",
                "future=1; expires=Tuesday, 01-Jan-30 00:00:00 GMT",
                "age=1; Max-Age=60; Expires=Wed, 09 Jun 2021 10:18:14 GMT",
                "none=1; Max-Age=0",
                "odd=1; Max-Age=soon",
            ],
        );
        assert_eq!(sent(&jar, "http://a.test/"), "future=1; age=1; odd=1");
        let later = NOW.plus(std::time::Duration::from_mins(2));
        assert_eq!(jar.cookies_for(&url("http://a.test/"), later).len(), 2);
    }

    #[test]
    fn a_server_takes_its_cookie_back_with_an_old_date() {
        let jar = jar_with("http://a.test/", &["x=1", "x=2; Max-Age=-1"]);
        assert!(jar.is_empty());
    }

    #[test]
    fn headers_that_set_nothing_are_passed_over() {
        for header in ["", "=1", "novalue", "; Path=/", "a\u{1}b=1"] {
            assert_eq!(SetCookie::parse(header), None, "{header:?}");
        }
        assert_eq!(
            SetCookie::parse(&format!("a={}", "x".repeat(COOKIE_BYTES_MAX))),
            None
        );
    }

    #[test]
    fn dates_of_every_form_are_read() {
        let expected = Some(Timestamp::from_micros(784_111_777_000_000));
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse_cookie_date(text), expected, "{text}");
        }
        for text in [
            "",
            "soon",
            "32 Jan 2020 00:00:00",
            "1 Jan 2020 24:00:00",
            "1 Jan 1600 00:00:00",
        ] {
            assert_eq!(parse_cookie_date(text), None, "{text}");
        }
    }

    #[test]
    fn a_jar_stays_within_its_limit_and_forgets_the_oldest() {
        let mut jar = CookieJar::new();
        let page = url("http://a.test/");
        for number in 0..=COOKIES_MAX {
            let cookie = SetCookie {
                name: format!("c{number}"),
                ..SetCookie::default()
            };
            assert!(jar.set(&page, cookie, NOW));
        }
        let kept = jar.cookies_for(&page, NOW);
        assert_eq!(kept.len(), COOKIES_MAX);
        assert_eq!(kept[0].0, "c1");
    }

    #[test]
    fn scripts_delete_by_name_and_clear_by_url() {
        let mut jar = jar_with("http://a.test/", &["one=1", "two=2"]);
        jar.delete(&url("http://a.test/x"), "one", NOW);
        assert_eq!(sent(&jar, "http://a.test/"), "two=2");
        jar.clear(&url("http://b.test/"), NOW);
        assert!(!jar.is_empty());
        jar.clear(&url("http://a.test/"), NOW);
        assert!(jar.is_empty());
    }
}
