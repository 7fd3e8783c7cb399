//! `k6/encoding`: base64 in its four forms.

use crate::buffers::{array_buffer, bytes_or_text};
use crate::text::{optional_text, text_of};
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rquickjs::function::{Func, Opt};
use rquickjs::{Ctx, Exception, IntoJs, Object, Result, Value};

/// Padded as it should be, but with what comes last forgiven, as most decoders do.
const PADDED: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireCanonical);
const RAW: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);

pub(crate) const STD: GeneralPurpose = GeneralPurpose::new(&STANDARD, PADDED);
pub(crate) const RAW_STD: GeneralPurpose = GeneralPurpose::new(&STANDARD, RAW);
pub(crate) const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, PADDED);
pub(crate) const RAW_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, RAW);

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("b64encode", Func::from(b64encode))?;
    exports.set("b64decode", Func::from(b64decode))?;
    Ok(exports)
}

fn b64encode<'js>(input: Value<'js>, encoding: Opt<Value<'js>>) -> Result<String> {
    let engine = engine(&encoding)?;
    Ok(engine.encode(bytes_or_text(&input)?))
}

fn b64decode<'js>(
    ctx: Ctx<'js>,
    input: Value<'js>,
    encoding: Opt<Value<'js>>,
    format: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let engine = engine(&encoding)?;
    let mut text = text_of(&input)?;
    // Line ends inside of base64 are common in files, and carry nothing.
    text.retain(|c| c != '\n' && c != '\r');
    let bytes = engine
        .decode(&text)
        .map_err(|error| Exception::throw_message(&ctx, &format!("illegal base64: {error}")))?;
    match optional_text(&format)?.as_deref() {
        Some("s") => String::from_utf8_lossy(&bytes).into_owned().into_js(&ctx),
        _ => array_buffer(&ctx, &bytes),
    }
}

/// What is not known is taken as the standard form.
fn engine(encoding: &Opt<Value<'_>>) -> Result<GeneralPurpose> {
    Ok(match optional_text(encoding)?.as_deref() {
        Some("rawstd") => RAW_STD,
        Some("url") => URL,
        Some("rawurl") => RAW_URL,
        _ => STD,
    })
}
