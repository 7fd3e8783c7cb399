//! A text and what is to be changed in it.

/// The changes of a source, in any order; one that lies inside of another is covered by that.
#[derive(Default)]
pub(super) struct Patch(Vec<Change>);

struct Change {
    start: usize,
    end: usize,
    text: String,
}

impl Patch {
    /// Turns everything but line ends into spaces.
    pub(super) fn blank(&mut self, start: u32, end: u32) {
        self.replace(start, end, "");
    }

    /// Puts `text` in the place of a part, which is filled up with spaces and keeps its line ends.
    pub(super) fn replace(&mut self, start: u32, end: u32, text: impl Into<String>) {
        if start < end {
            self.add(start, end, text.into());
        }
    }

    pub(super) fn insert(&mut self, at: u32, text: String) {
        self.add(at, at, text);
    }

    fn add(&mut self, start: u32, end: u32, text: String) {
        let (start, end) = (start as usize, end as usize);
        self.0.push(Change { start, end, text });
    }

    pub(super) fn apply(mut self, source: &str) -> String {
        // Of two that begin together the longer covers the other.
        self.0
            .sort_by_key(|change| (change.start, usize::MAX - change.end));
        let mut patched = String::with_capacity(source.len());
        let mut done = 0;
        for change in self.0 {
            if change.start < done {
                continue;
            }
            patched.push_str(&source[done..change.start]);
            fill(
                &mut patched,
                &source[change.start..change.end],
                &change.text,
            );
            done = change.end;
        }
        patched.push_str(&source[done..]);
        patched
    }
}

fn fill(patched: &mut String, replaced: &str, text: &str) {
    patched.push_str(text);
    let mut spare = text.chars().count();
    for c in replaced.chars() {
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => {
                patched.push(c);
                spare = 0;
            }
            _ if spare > 0 => spare -= 1,
            _ => patched.push(' '),
        }
    }
}
