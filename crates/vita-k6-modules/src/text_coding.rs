//! `TextEncoder` and `TextDecoder` of the WHATWG Encoding Standard: UTF-8, UTF-16LE, UTF-16BE and
//! windows-1252, which `latin1` names.

use crate::buffers::{byte_length, required_bytes, write_to};
use crate::classes::{Held, Native, constructor, held, hold};
use crate::text::{optional_text, text_of};
use rquickjs::function::{Func, Opt, This};
use rquickjs::object::Accessor;
use rquickjs::{Class, Ctx, Exception, Object, Result, TypedArray, Value};
use std::cell::RefCell;

pub(crate) fn encoder<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let make = |ctx: Ctx<'js>| hold(&ctx, Encoder);
    Ok(constructor::<Encoder, _, _>(ctx, make)?.into_value())
}

pub(crate) fn decoder<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    Ok(constructor::<Decoder, _, _>(ctx, new_decoder)?.into_value())
}

struct Encoder;

impl Native for Encoder {
    const NAME: &'static str = "TextEncoder";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.prop("encoding", Accessor::from(|| "utf-8").enumerable())?;
        prototype.set("encode", Func::from(encode))?;
        prototype.set("encodeInto", Func::from(encode_into))
    }
}

fn encode<'js>(ctx: Ctx<'js>, input: Opt<Value<'js>>) -> Result<TypedArray<'js, u8>> {
    let text = match &input.0 {
        Some(input) if !input.is_undefined() => text_of(input)?,
        _ => String::new(),
    };
    TypedArray::new_copy(ctx, text.as_bytes())
}

fn encode_into<'js>(ctx: Ctx<'js>, input: Value<'js>, into: Value<'js>) -> Result<Object<'js>> {
    let text = text_of(&input)?;
    let Some(room) = byte_length(&into)? else {
        return Err(Exception::throw_type(
            &ctx,
            "encodeInto() needs a Uint8Array",
        ));
    };
    let (mut read, mut written) = (0, 0);
    for c in text.chars() {
        if written + c.len_utf8() > room {
            break;
        }
        read += c.len_utf16();
        written += c.len_utf8();
    }
    write_to(&into, &text.as_bytes()[..written])?;
    let result = Object::new(ctx)?;
    result.set("read", read)?;
    result.set("written", written)?;
    Ok(result)
}

#[derive(Clone, Copy)]
enum Coding {
    Utf8,
    Utf16 { big_endian: bool },
    Windows1252,
}

impl Coding {
    fn of(label: &str) -> Option<Self> {
        Some(match label.trim().to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "unicode-1-1-utf-8" => Self::Utf8,
            "utf-16" | "utf-16le" | "ucs-2" | "unicode" => Self::Utf16 { big_endian: false },
            "utf-16be" => Self::Utf16 { big_endian: true },
            "latin1" | "iso-8859-1" | "windows-1252" | "ascii" | "us-ascii" | "cp1252" | "l1" => {
                Self::Windows1252
            }
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 { big_endian: false } => "utf-16le",
            Self::Utf16 { big_endian: true } => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }
}

struct Decoder {
    coding: Coding,
    fatal: bool,
    ignore_bom: bool,
    /// Bytes of a letter that the next piece of a stream may complete.
    pending: RefCell<Vec<u8>>,
    /// Whether a piece of the stream was read, so that no byte order mark may follow.
    begun: RefCell<bool>,
}

impl Native for Decoder {
    const NAME: &'static str = "TextDecoder";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.prop("encoding", Accessor::from(encoding).enumerable())?;
        prototype.prop("fatal", Accessor::from(fatal).enumerable())?;
        prototype.prop("ignoreBOM", Accessor::from(ignore_bom).enumerable())?;
        prototype.set("decode", Func::from(decode))
    }
}

fn new_decoder<'js>(
    ctx: Ctx<'js>,
    label: Opt<Value<'js>>,
    options: Opt<Value<'js>>,
) -> Result<Class<'js, Held<Decoder>>> {
    let label = optional_text(&label)?.unwrap_or_else(|| "utf-8".to_owned());
    let Some(coding) = Coding::of(&label) else {
        let message = format!(
            "the encoding `{label}` is not supported: use utf-8, utf-16le, utf-16be or latin1"
        );
        return Err(Exception::throw_range(&ctx, &message));
    };
    let options = options.0.and_then(Value::into_object);
    let flag = |name: &str| match &options {
        Some(options) => Ok(options
            .get::<_, Value<'js>>(name)?
            .as_bool()
            .unwrap_or_default()),
        None => Ok::<_, rquickjs::Error>(false),
    };
    let decoder = Decoder {
        coding,
        fatal: flag("fatal")?,
        ignore_bom: flag("ignoreBOM")?,
        pending: RefCell::default(),
        begun: RefCell::default(),
    };
    hold(&ctx, decoder)
}

fn decoder_of<'js>(this: &Value<'js>) -> Result<Class<'js, Held<Decoder>>> {
    held(this).ok_or_else(|| Exception::throw_type(this.ctx(), "this is not a TextDecoder"))
}

fn encoding(this: This<Value<'_>>) -> Result<&'static str> {
    Ok(decoder_of(&this)?.borrow().0.coding.name())
}

fn fatal(this: This<Value<'_>>) -> Result<bool> {
    Ok(decoder_of(&this)?.borrow().0.fatal)
}

fn ignore_bom(this: This<Value<'_>>) -> Result<bool> {
    Ok(decoder_of(&this)?.borrow().0.ignore_bom)
}

fn decode<'js>(
    this: This<Value<'js>>,
    input: Opt<Value<'js>>,
    options: Opt<Value<'js>>,
) -> Result<String> {
    let ctx = this.ctx();
    let decoder = decoder_of(&this)?;
    let decoder = decoder.borrow();
    let decoder = &decoder.0;
    let bytes = match input.0 {
        Some(input) if !input.is_undefined() => required_bytes(&input, "the input")?,
        _ => Vec::new(),
    };
    let stream = match options.0.as_ref().and_then(Value::as_object) {
        Some(options) => options
            .get::<_, Value<'js>>("stream")?
            .as_bool()
            .unwrap_or_default(),
        None => false,
    };
    let mut all = decoder.pending.take();
    all.extend(bytes);
    let keep = if stream {
        incomplete_len(decoder.coding, &all)
    } else {
        0
    };
    let rest = all.split_off(all.len() - keep);
    decoder.pending.replace(rest);
    let Some(mut text) = decoded(decoder.coding, &all, decoder.fatal) else {
        decoder.pending.take();
        decoder.begun.replace(false);
        return Err(Exception::throw_type(
            ctx,
            "the bytes are not valid in this encoding",
        ));
    };
    let begun = decoder
        .begun
        .replace(stream && (!all.is_empty() || *decoder.begun.borrow()));
    let has_mark = !matches!(decoder.coding, Coding::Windows1252) && text.starts_with('\u{FEFF}');
    if has_mark && !begun && !decoder.ignore_bom {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}

/// How many bytes at the end begin a letter that is not complete.
fn incomplete_len(coding: Coding, bytes: &[u8]) -> usize {
    match coding {
        Coding::Windows1252 => 0,
        Coding::Utf8 => match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => bytes.len() - error.valid_up_to(),
            // An error before the end may hide one at the end: only the last four bytes matter.
            Err(_) => (1..=3.min(bytes.len()))
                .find(|len| {
                    let tail = &bytes[bytes.len() - len..];
                    std::str::from_utf8(tail)
                        .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
                })
                .unwrap_or(0),
            Ok(_) => 0,
        },
        Coding::Utf16 { big_endian } => {
            let odd = bytes.len() % 2;
            let whole = bytes.len() - odd;
            let last = bytes
                .get(whole.wrapping_sub(2)..whole)
                .map(|pair| unit(pair, big_endian));
            match last {
                Some(0xD800..=0xDBFF) => odd + 2,
                _ => odd,
            }
        }
    }
}

fn unit(pair: &[u8], big_endian: bool) -> u16 {
    let pair = [pair[0], pair[1]];
    if big_endian {
        u16::from_be_bytes(pair)
    } else {
        u16::from_le_bytes(pair)
    }
}

/// The text of bytes; `None` for what is invalid, where that is `fatal`.
fn decoded(coding: Coding, bytes: &[u8], fatal: bool) -> Option<String> {
    match coding {
        Coding::Utf8 if fatal => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Coding::Utf8 => Some(String::from_utf8_lossy(bytes).into_owned()),
        Coding::Windows1252 => Some(bytes.iter().map(|&byte| windows_1252(byte)).collect()),
        Coding::Utf16 { big_endian } => {
            let odd = !bytes.len().is_multiple_of(2);
            let units = bytes.chunks_exact(2).map(|pair| unit(pair, big_endian));
            let mut text = String::with_capacity(bytes.len());
            for letter in char::decode_utf16(units) {
                match letter {
                    Ok(letter) => text.push(letter),
                    Err(_) if fatal => return None,
                    Err(_) => text.push('\u{FFFD}'),
                }
            }
            match (odd, fatal) {
                (true, true) => return None,
                (true, false) => text.push('\u{FFFD}'),
                (false, _) => {}
            }
            Some(text)
        }
    }
}

/// Bytes 0x80 to 0x9F; all others are the letter of their number.
const WINDOWS_1252: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2C6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}', '\u{153}', '\u{9D}', '\u{17E}', '\u{178}',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
