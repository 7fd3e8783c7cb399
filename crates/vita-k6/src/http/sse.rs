//! Server-sent events (HTML Living Standard §9.2.6).

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: String,
    pub(super) data: String,
    pub(super) id: String,
}

/// Reads events out of pieces that end anywhere.
pub(super) struct Events {
    bytes_max: usize,
    unread: Vec<u8>,
    /// Where the unread bytes were looked at already.
    looked: usize,
    kind: String,
    data: Vec<String>,
    data_bytes: usize,
    id: String,
    /// Whether the last line ended in a carriage return, which a line feed may belong to.
    after_return: bool,
}

impl Events {
    /// A reader that holds at most so many bytes of an event.
    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            unread: Vec::new(),
            looked: 0,
            kind: String::new(),
            data: Vec::new(),
            data_bytes: 0,
            id: String::new(),
            after_return: false,
        }
    }

    /// Adds a piece.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), String> {
        self.unread.extend_from_slice(piece);
        let held = self.unread.len() + self.data_bytes;
        if held > self.bytes_max && !self.unread.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return Err(format!("an event is longer than {} bytes", self.bytes_max));
        }
        Ok(())
    }

    /// The next event that is whole.
    pub(super) fn take(&mut self) -> Option<Event> {
        while let Some(line) = self.take_line() {
            if !line.is_empty() {
                self.read_line(&line);
                continue;
            }
            let data = std::mem::take(&mut self.data);
            let kind = std::mem::take(&mut self.kind);
            self.data_bytes = 0;
            if !data.is_empty() {
                return Some(Event {
                    kind: if kind.is_empty() {
                        "message".to_owned()
                    } else {
                        kind
                    },
                    data: data.join("\n"),
                    id: self.id.clone(),
                });
            }
        }
        None
    }

    fn take_line(&mut self) -> Option<String> {
        if self.after_return && self.unread.first() == Some(&b'\n') {
            self.unread.remove(0);
            self.looked = 0;
            self.after_return = false;
        }
        let found = self.unread[self.looked..]
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'));
        let Some(found) = found else {
            self.looked = self.unread.len();
            return None;
        };
        let end = self.looked + found;
        self.after_return = self.unread[end] == b'\r';
        let line = String::from_utf8_lossy(&self.unread[..end]).into_owned();
        self.unread.drain(..=end);
        self.looked = 0;
        Some(line)
    }

    fn read_line(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.kind),
            "data" => {
                self.data_bytes += value.len();
                if self.data_bytes <= self.bytes_max {
                    self.data.push(value.to_owned());
                }
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(pieces: &[&str]) -> Vec<(String, String, String)> {
        let mut reader = Events::new(100);
        let mut all = Vec::new();
        for piece in pieces {
            reader.push(piece.as_bytes()).expect("short events");
            while let Some(event) = reader.take() {
                all.push((event.kind, event.data, event.id));
            }
        }
        all
    }

    fn event(kind: &str, data: &str, id: &str) -> (String, String, String) {
        (kind.to_owned(), data.to_owned(), id.to_owned())
    }

    #[test]
    fn events_are_read_across_pieces_and_line_ends() {
        let found = events(&[
            ": comment\nid: 7\nda",
            "ta: one\ndata:two\r",
            "\n\r\nevent: token\rdata: x\r\r",
            "data: cut",
        ]);
        assert_eq!(
            found,
            [event("message", "one\ntwo", "7"), event("token", "x", "7")]
        );
    }

    #[test]
    fn an_event_without_end_is_refused() {
        let mut reader = Events::new(100);
        assert!(reader.push(&[b'a'; 200]).is_err());
    }
}
