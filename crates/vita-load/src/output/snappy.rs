//! The block format of Snappy, written: <https://github.com/google/snappy/blob/main/format_description.txt>.

/// The longest input that a hash table's positions and copies' offsets speak of at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// Bytes that have to be equal for a copy.
const MATCH_MIN: usize = 4;

/// The longest copy of one element.
const COPY_MAX: usize = 64;

const TABLE_BITS: u32 = 14;

/// Compresses into one block, with its length before it.
pub(super) fn compress(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len() / 2 + 16);
    push_varint(&mut out, input.len() as u64);
    for block in input.chunks(BLOCK_BYTES) {
        compress_block(block, &mut out);
    }
    out
}

fn compress_block(block: &[u8], out: &mut Vec<u8>) {
    // Positions are kept one higher, so that zero is none.
    let mut table = vec![0_u32; 1 << TABLE_BITS];
    let (mut at, mut literal_begin) = (0, 0);
    while at + MATCH_MIN <= block.len() {
        let word = word_at(block, at);
        let slot = &mut table[hash(word)];
        let candidate = std::mem::replace(slot, at as u32 + 1) as usize;
        if candidate == 0 || word_at(block, candidate - 1) != word {
            at += 1;
            continue;
        }
        let from = candidate - 1;
        let equal = block[at..]
            .iter()
            .zip(&block[from..])
            .take_while(|(a, b)| a == b)
            .count();
        push_literal(out, &block[literal_begin..at]);
        push_copy(out, at - from, equal);
        at += equal;
        literal_begin = at;
    }
    push_literal(out, &block[literal_begin..]);
}

fn word_at(block: &[u8], at: usize) -> u32 {
    let bytes = &block[at..at + MATCH_MIN];
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn hash(word: u32) -> usize {
    (word.wrapping_mul(0x1e35_a7bd) >> (32 - TABLE_BITS)) as usize
}

/// A literal's tag has its length less one, or how many bytes that takes.
fn push_literal(out: &mut Vec<u8>, bytes: &[u8]) {
    let Some(less) = bytes.len().checked_sub(1) else {
        return;
    };
    match less {
        0..60 => out.push((less as u8) << 2),
        60..0x100 => out.extend([60 << 2, less as u8]),
        _ => {
            out.push(61 << 2);
            out.extend((less as u16).to_le_bytes());
        }
    }
    out.extend(bytes);
}

/// Copies with an offset of two bytes, the form that takes any offset in a block.
fn push_copy(out: &mut Vec<u8>, offset: usize, mut len: usize) {
    while len > 0 {
        let part = len.min(COPY_MAX);
        out.push(((part as u8 - 1) << 2) | 2);
        out.extend((offset as u16).to_le_bytes());
        len -= part;
    }
}

pub(super) fn push_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads what the format's description allows.
    pub(in crate::output) fn decompress(mut bytes: &[u8]) -> Vec<u8> {
        let len = read_varint(&mut bytes);
        let mut out = Vec::new();
        while let [tag, rest @ ..] = bytes {
            let upper = usize::from(tag >> 2);
            bytes = rest;
            match tag & 3 {
                0 => {
                    let len = match upper {
                        60 => usize::from(bytes[0]) + 1,
                        61 => usize::from(u16::from_le_bytes([bytes[0], bytes[1]])) + 1,
                        _ => upper + 1,
                    };
                    bytes = &bytes[upper.saturating_sub(59)..];
                    out.extend(&bytes[..len]);
                    bytes = &bytes[len..];
                }
                2 => {
                    let offset = usize::from(u16::from_le_bytes([bytes[0], bytes[1]]));
                    bytes = &bytes[2..];
                    for _ in 0..=upper {
                        out.push(out[out.len() - offset]);
                    }
                }
                other => panic!("element {other} is never written"),
            }
        }
        assert_eq!(out.len() as u64, len);
        out
    }

    pub(in crate::output) fn read_varint(bytes: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    proptest! {
        #[test]
        fn what_was_compressed_is_what_comes_out(
            words in prop::collection::vec(prop::collection::vec(0_u8..4, 1..20), 0..60),
            times in 1_usize..30,
        ) {
            let input: Vec<u8> = words.concat().repeat(times);
            prop_assert_eq!(decompress(&compress(&input)), input);
        }
    }

    #[test]
    fn long_inputs_are_several_blocks_and_repetition_is_small() {
        let input = b"http_req_duration{name}".repeat(10_000);
        let compressed = compress(&input);
        assert!(compressed.len() < input.len() / 10);
        assert_eq!(decompress(&compressed), input);
        assert_eq!(compress(b""), [0]);
    }
}
