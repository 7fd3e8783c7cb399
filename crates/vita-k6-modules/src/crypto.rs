//! `k6/crypto`: hashes and HMAC, at once or in pieces, and random bytes.

mod hashing;
pub(crate) mod x509;

use crate::buffers::{array_buffer, bytes_or_text};
use crate::classes::{Held, Native, held, hold};
use crate::encoding::{RAW_URL, STD, URL};
use crate::host::host;
use crate::text::{optional_text, text_of};
use base64::Engine;
use hashing::{ALGORITHMS, Hashing};
use rquickjs::function::{Func, Opt, This};
use rquickjs::{Class, Ctx, Exception, Function, IntoJs, Object, Result, Value};
use std::cell::RefCell;
use std::fmt::Write as _;

/// Most bytes that one call of `randomBytes` gives: far more than any key, and too little to hurt.
const RANDOM_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The names of all exports.
pub(crate) const EXPORTS: &[&str] = &[
    "md4",
    "md5",
    "sha1",
    "sha256",
    "sha384",
    "sha512",
    "sha512_224",
    "sha512_256",
    "ripemd160",
    "hmac",
    "createHash",
    "createHMAC",
    "randomBytes",
    "hexEncode",
];

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    for &name in ALGORITHMS {
        let hash = move |ctx: Ctx<'js>, input: Value<'js>, encoding: Opt<Value<'js>>| {
            let mut hashing = start(&ctx, name)?;
            hashing.update(&bytes_or_text(&input)?);
            encode(&ctx, &hashing.digest(), &encoding)
        };
        exports.set(name, Function::new(ctx.clone(), hash)?.with_name(name)?)?;
    }
    exports.set("hmac", Func::from(hmac))?;
    exports.set("createHash", Func::from(create_hash))?;
    exports.set("createHMAC", Func::from(create_hmac))?;
    exports.set("randomBytes", Func::from(random_bytes))?;
    exports.set("hexEncode", Func::from(hex_encode))?;
    Ok(exports)
}

/// What `createHash` and `createHMAC` give.
struct Hasher(RefCell<Box<dyn Hashing>>);

impl Native for Hasher {
    const NAME: &'static str = "Hasher";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.set("update", Func::from(update))?;
        prototype.set("digest", Func::from(digest))
    }
}

fn update<'js>(this: This<Value<'js>>, input: Value<'js>) -> Result<Value<'js>> {
    let hasher = hasher_of(&this)?;
    let bytes = bytes_or_text(&input)?;
    hasher.borrow().0.0.borrow_mut().update(&bytes);
    Ok(this.0)
}

fn digest<'js>(this: This<Value<'js>>, encoding: Opt<Value<'js>>) -> Result<Value<'js>> {
    let hasher = hasher_of(&this)?;
    let digest = hasher.borrow().0.0.borrow().digest();
    encode(this.ctx(), &digest, &encoding)
}

fn hasher_of<'js>(this: &Value<'js>) -> Result<Class<'js, Held<Hasher>>> {
    held(this).ok_or_else(|| Exception::throw_type(this.ctx(), "this is not a Hasher"))
}

fn create_hash<'js>(ctx: Ctx<'js>, algorithm: Value<'js>) -> Result<Value<'js>> {
    let hashing = start(&ctx, &text_of(&algorithm)?)?;
    Ok(hold(&ctx, Hasher(RefCell::new(hashing)))?.into_value())
}

fn create_hmac<'js>(ctx: Ctx<'js>, algorithm: Value<'js>, key: Value<'js>) -> Result<Value<'js>> {
    let hashing = start_keyed(&ctx, &algorithm, &key)?;
    Ok(hold(&ctx, Hasher(RefCell::new(hashing)))?.into_value())
}

fn hmac<'js>(
    ctx: Ctx<'js>,
    algorithm: Value<'js>,
    key: Value<'js>,
    input: Value<'js>,
    encoding: Opt<Value<'js>>,
) -> Result<Value<'js>> {
    let mut hashing = start_keyed(&ctx, &algorithm, &key)?;
    hashing.update(&bytes_or_text(&input)?);
    encode(&ctx, &hashing.digest(), &encoding)
}

fn random_bytes<'js>(ctx: Ctx<'js>, size: Value<'js>) -> Result<Value<'js>> {
    let size = size.as_number().unwrap_or(0.0);
    if !(1.0..=RANDOM_BYTES_MAX as f64).contains(&size) {
        let message = format!("invalid size: must be from 1 to {RANDOM_BYTES_MAX} bytes");
        return Err(Exception::throw_message(&ctx, &message));
    }
    let mut bytes = vec![0; size as usize];
    host(&ctx)?.fill_random(&mut bytes);
    array_buffer(&ctx, &bytes)
}

fn hex_encode(input: Value<'_>) -> Result<String> {
    Ok(hex(&bytes_or_text(&input)?))
}

fn start(ctx: &Ctx<'_>, algorithm: &str) -> Result<Box<dyn Hashing>> {
    hashing::hash(algorithm).ok_or_else(|| unknown(ctx, algorithm))
}

fn start_keyed<'js>(
    ctx: &Ctx<'js>,
    algorithm: &Value<'js>,
    key: &Value<'js>,
) -> Result<Box<dyn Hashing>> {
    let algorithm = text_of(algorithm)?;
    let key = bytes_or_text(key)?;
    hashing::hmac(&algorithm, &key).ok_or_else(|| unknown(ctx, &algorithm))
}

fn unknown(ctx: &Ctx<'_>, algorithm: &str) -> rquickjs::Error {
    let known = ALGORITHMS.join(", ");
    let message = format!("invalid algorithm `{algorithm}`: use one of {known}");
    Exception::throw_message(ctx, &message)
}

fn encode<'js>(ctx: &Ctx<'js>, digest: &[u8], encoding: &Opt<Value<'js>>) -> Result<Value<'js>> {
    let encoding = optional_text(encoding)?.unwrap_or_default();
    let text = match encoding.as_str() {
        "hex" => hex(digest),
        "base64" => STD.encode(digest),
        "base64url" => URL.encode(digest),
        "base64rawurl" => RAW_URL.encode(digest),
        "binary" => return array_buffer(ctx, digest),
        _ => {
            let message = format!(
                "invalid output encoding `{encoding}`: use hex, base64, base64url, base64rawurl or binary"
            );
            return Err(Exception::throw_message(ctx, &message));
        }
    };
    text.into_js(ctx)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a string can't fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
