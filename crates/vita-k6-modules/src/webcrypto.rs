//! The global `crypto`: the Web Cryptography API.
//!
//! Not supported, and answered with a `NotSupportedError`: `wrapKey` and `unwrapKey`, AES-KW,
//! Ed25519 and X25519, ECDSA with a hash of another length than its curve (P-521 takes three), AES-GCM
//! with an `iv` of other than 12 bytes or a shorter tag, RSA-PSS with a salt of other than the hash's
//! length, new RSA keys of other than 2048, 3072 or 4096 bits.

mod algorithm;
mod der;
mod elliptic;
mod formats;
mod key;
mod rsa;
mod secret;
mod subtle;

use crate::buffers::{byte_length, write_to};
use crate::host::host;
use rquickjs::function::Func;
use rquickjs::{Ctx, Exception, Object, Result, Value};

/// Most bytes that one call of `getRandomValues` fills; the specification's own limit.
const RANDOM_BYTES_MAX: usize = 65_536;

pub(crate) fn global<'js>(ctx: &Ctx<'js>) -> Result<Value<'js>> {
    let crypto = Object::new(ctx.clone())?;
    crypto.set("getRandomValues", Func::from(get_random_values))?;
    crypto.set("randomUUID", Func::from(random_uuid))?;
    crypto.set("subtle", subtle::object(ctx)?)?;
    Ok(crypto.into_value())
}

fn get_random_values<'js>(ctx: Ctx<'js>, view: Value<'js>) -> Result<Value<'js>> {
    let is_integers = match view.as_object() {
        Some(object) => {
            let tag: Value<'js> = object.get(rquickjs::atom::PredefinedAtom::SymbolToStringTag)?;
            match tag
                .as_string()
                .map(rquickjs::String::to_string)
                .transpose()?
            {
                Some(name) => name.ends_with("Array") && !name.starts_with("Float"),
                None => false,
            }
        }
        None => false,
    };
    let Some(len) = byte_length(&view)?.filter(|_| is_integers) else {
        let message = "getRandomValues() needs an array of integers";
        return Err(Exception::throw_dom(&ctx, "TypeMismatchError", message));
    };
    if len > RANDOM_BYTES_MAX {
        let message = format!("getRandomValues() fills at most {RANDOM_BYTES_MAX} bytes");
        return Err(Exception::throw_dom(&ctx, "QuotaExceededError", &message));
    }
    let mut bytes = vec![0; len];
    host(&ctx)?.fill_random(&mut bytes);
    write_to(&view, &bytes)?;
    Ok(view)
}

fn random_uuid(ctx: Ctx<'_>) -> Result<String> {
    let mut bytes = [0; 16];
    host(&ctx)?.fill_random(&mut bytes);
    // RFC 9562 §5.4: version 4, variant 10.
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let number = u128::from_be_bytes(bytes);
    let digits = format!("{number:032x}");
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    Ok(parts.join("-"))
}
