//! The little of DER (X.690) that keys are wrapped in.

pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const BITS: u8 = 0x03;
const OBJECT_ID: u8 = 0x06;

/// `rsaEncryption` with its NULL (RFC 8017 appendix A.1).
pub(super) const RSA: &[u8] = &[
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
];
/// `id-ecPublicKey` (RFC 5480 §2.1.1); the curve's number follows.
pub(super) const EC: &[u8] = &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];

/// An element of that tag.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut whole = vec![tag];
    let len = content.len();
    match len {
        0..=0x7F => whole.push(len as u8),
        0x80..=0xFF => whole.extend([0x81, len as u8]),
        0x100..=0xFFFF => whole.extend([0x82, (len >> 8) as u8, len as u8]),
        _ => whole.extend([0x83, (len >> 16) as u8, (len >> 8) as u8, len as u8]),
    }
    whole.extend_from_slice(content);
    whole
}

/// A number without a sign, from its big-endian bytes.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes
        .iter()
        .position(|&byte| byte != 0)
        .unwrap_or(bytes.len());
    let mut content = bytes[start..].to_vec();
    if content.first().is_none_or(|&first| first >= 0x80) {
        content.insert(0, 0);
    }
    element(INTEGER, &content)
}

/// `SubjectPublicKeyInfo` (RFC 5280 §4.1).
pub(super) fn public_key_info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let bits = [&[0], key].concat();
    let parts = [element(SEQUENCE, algorithm), element(BITS, &bits)];
    element(SEQUENCE, &parts.concat())
}

/// `PrivateKeyInfo` (RFC 5208 §5).
pub(super) fn private_key_info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let parts = [
        integer(&[]),
        element(SEQUENCE, algorithm),
        element(OCTETS, key),
    ];
    element(SEQUENCE, &parts.concat())
}

/// The algorithm and the key of a `SubjectPublicKeyInfo`.
pub(super) fn read_public_key_info(info: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Reader(Reader(info).take(SEQUENCE)?);
    let algorithm = outer.take(SEQUENCE)?;
    let (0, key) = outer
        .take(BITS)?
        .split_first()
        .map(|(unused, key)| (*unused, key))?
    else {
        return None;
    };
    Some((algorithm, key))
}

/// The key inside of a `PrivateKeyInfo`.
pub(super) fn read_private_key_info(info: &[u8]) -> Option<&[u8]> {
    let mut outer = Reader(Reader(info).take(SEQUENCE)?);
    outer.take(INTEGER)?;
    outer.take(SEQUENCE)?;
    outer.take(OCTETS)
}

/// The content of an object's number.
pub(super) fn object_id(id: &[u8]) -> Vec<u8> {
    element(OBJECT_ID, id)
}

/// Elements that follow each other.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The content of the next element, if it has that tag.
    pub(super) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&[found, first], rest) = self.0.split_first_chunk::<2>()?;
        let (len, rest) = match first {
            0..=0x7F => (usize::from(first), rest),
            0x81..=0x83 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
                let len = bytes
                    .iter()
                    .fold(0, |len, &byte| len << 8 | usize::from(byte));
                (len, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(len)?;
        if found != tag {
            return None;
        }
        self.0 = rest;
        Some(content)
    }

    /// The next number's bytes, without the zeros before them.
    pub(super) fn integer(&mut self) -> Option<&'a [u8]> {
        let bytes = self.take(INTEGER)?;
        let start = bytes
            .iter()
            .position(|&byte| byte != 0)
            .unwrap_or(bytes.len());
        Some(&bytes[start..])
    }
}
