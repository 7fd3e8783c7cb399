//! `crypto.subtle`: each method answers with a promise that is settled already.

use super::algorithm::{Hash, Name, Parameters, operation_failed, unsupported};
use super::key::{CryptoKey, Grant, key_of};
use super::{elliptic, formats, rsa, secret};
use crate::buffers::{array_buffer, required_bytes};
use crate::host::host;
use crate::promises::settled;
use crate::text::text_of;
use aws_lc_rs::digest;
use rquickjs::function::{Func, Rest};
use rquickjs::{Ctx, IntoJs, Object, Result, Value};

pub(super) fn object<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let subtle = Object::new(ctx.clone())?;
    subtle.set(
        "digest",
        Func::from(|ctx, args| answer(ctx, &args, digest_of)),
    )?;
    subtle.set(
        "generateKey",
        Func::from(|ctx, args| answer(ctx, &args, generate_key)),
    )?;
    subtle.set(
        "importKey",
        Func::from(|ctx, args| answer(ctx, &args, import_key)),
    )?;
    subtle.set(
        "exportKey",
        Func::from(|ctx, args| answer(ctx, &args, export_key)),
    )?;
    subtle.set(
        "encrypt",
        Func::from(|ctx, args| answer(ctx, &args, encrypt)),
    )?;
    subtle.set(
        "decrypt",
        Func::from(|ctx, args| answer(ctx, &args, decrypt)),
    )?;
    subtle.set("sign", Func::from(|ctx, args| answer(ctx, &args, sign)))?;
    subtle.set("verify", Func::from(|ctx, args| answer(ctx, &args, verify)))?;
    subtle.set(
        "deriveBits",
        Func::from(|ctx, args| answer(ctx, &args, derive_bits)),
    )?;
    subtle.set(
        "deriveKey",
        Func::from(|ctx, args| answer(ctx, &args, derive_key)),
    )?;
    subtle.set(
        "wrapKey",
        Func::from(|ctx, args| answer(ctx, &args, no_wrapping)),
    )?;
    subtle.set(
        "unwrapKey",
        Func::from(|ctx, args| answer(ctx, &args, no_wrapping)),
    )?;
    Ok(subtle)
}

/// What a script passed; undefined where it passed nothing.
struct Arguments<'js>(Vec<Value<'js>>, Ctx<'js>);

impl<'js> Arguments<'js> {
    fn at(&self, place: usize) -> Value<'js> {
        let given = self.0.get(place).cloned();
        given.unwrap_or_else(|| Value::new_undefined(self.1.clone()))
    }

    fn bytes(&self, place: usize) -> Result<Vec<u8>> {
        required_bytes(&self.at(place), "the data")
    }
}

type Method = for<'js> fn(&Ctx<'js>, &Arguments<'js>) -> Result<Value<'js>>;

fn answer<'js>(ctx: Ctx<'js>, args: &Rest<Value<'js>>, method: Method) -> Result<Value<'js>> {
    let args = Arguments(args.0.clone(), ctx.clone());
    settled(&ctx, |ctx| method(ctx, &args))
}

fn digest_of<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let hash = Hash::of(ctx, &args.at(0))?;
    array_buffer(ctx, digest::digest(hash.digest(), &args.bytes(1)?).as_ref())
}

fn generate_key<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let parameters = Parameters::of(ctx, &args.at(0))?;
    let grant = Grant::of(ctx, &args.at(1), &args.at(2))?;
    let [private, public] = match parameters.name {
        Name::Pbkdf2 | Name::Hkdf => {
            let message = format!("generating a key for {}", parameters.name.as_str());
            return Err(unsupported(ctx, &message));
        }
        name if name.is_elliptic() => elliptic::generate(ctx, name, parameters.curve()?)?,
        name if name.is_rsa() => rsa::generate(ctx, &parameters)?,
        name => {
            let hash = (name == Name::Hmac)
                .then(|| parameters.hash())
                .transpose()?;
            let mut bytes = vec![0; secret::key_bits(ctx, &parameters)? as usize / 8];
            host(ctx)?.fill_random(&mut bytes);
            return CryptoKey::secret(name, hash, bytes).into_js(ctx, &grant);
        }
    };
    let pair = Object::new(ctx.clone())?;
    let for_private = grant.only(&["sign", "decrypt", "deriveKey", "deriveBits", "unwrapKey"]);
    pair.set("privateKey", private.into_js(ctx, &for_private)?)?;
    let for_public = grant.only(&["verify", "encrypt", "wrapKey"]);
    pair.set("publicKey", public.into_js(ctx, &for_public)?)?;
    Ok(pair.into_value())
}

fn import_key<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let format = text_of(&args.at(0))?;
    let parameters = Parameters::of(ctx, &args.at(2))?;
    let grant = Grant::of(ctx, &args.at(3), &args.at(4))?;
    formats::import(ctx, &format, &args.at(1), &parameters)?.into_js(ctx, &grant)
}

fn export_key<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let format = text_of(&args.at(0))?;
    let key = key_of(&args.at(1))?;
    let key = key.borrow();
    formats::export(ctx, &format, &key.0)
}

fn encrypt<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let parameters = Parameters::of(ctx, &args.at(0))?;
    let key = key_of(&args.at(1))?;
    let key = &key.borrow().0;
    key.check(ctx, parameters.name, &["encrypt"])?;
    let data = args.bytes(2)?;
    let sealed = match parameters.name {
        Name::RsaOaep => rsa::encrypt(ctx, &parameters, key, &data)?,
        name if name.is_aes() => secret::encrypt(ctx, &parameters, key, data)?,
        name => {
            return Err(unsupported(
                ctx,
                &format!("encrypting with {}", name.as_str()),
            ));
        }
    };
    array_buffer(ctx, &sealed)
}

fn decrypt<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let parameters = Parameters::of(ctx, &args.at(0))?;
    let key = key_of(&args.at(1))?;
    let key = &key.borrow().0;
    key.check(ctx, parameters.name, &["decrypt"])?;
    let data = args.bytes(2)?;
    let plain = match parameters.name {
        Name::RsaOaep => rsa::decrypt(ctx, &parameters, key, &data)?,
        name if name.is_aes() => secret::decrypt(ctx, &parameters, key, data)?,
        name => {
            return Err(unsupported(
                ctx,
                &format!("decrypting with {}", name.as_str()),
            ));
        }
    };
    array_buffer(ctx, &plain)
}

fn sign<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let parameters = Parameters::of(ctx, &args.at(0))?;
    let key = key_of(&args.at(1))?;
    let key = &key.borrow().0;
    key.check(ctx, parameters.name, &["sign"])?;
    let data = args.bytes(2)?;
    let signature = match parameters.name {
        Name::Hmac => secret::sign(key, &data),
        Name::Ecdsa => Some(elliptic::sign(ctx, &parameters, key, &data)?),
        Name::RsaPkcs1 | Name::RsaPss => Some(rsa::sign(ctx, &parameters, key, &data)?),
        _ => None,
    };
    match signature {
        Some(signature) => array_buffer(ctx, &signature),
        None => Err(unsupported(
            ctx,
            &format!("signing with {}", parameters.name.as_str()),
        )),
    }
}

fn verify<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let parameters = Parameters::of(ctx, &args.at(0))?;
    let key = key_of(&args.at(1))?;
    let key = &key.borrow().0;
    key.check(ctx, parameters.name, &["verify"])?;
    let signature = required_bytes(&args.at(2), "the signature")?;
    let data = args.bytes(3)?;
    let is_valid = match parameters.name {
        Name::Hmac => secret::verify(key, &signature, &data),
        Name::Ecdsa => elliptic::verify(ctx, &parameters, key, &signature, &data)?,
        Name::RsaPkcs1 | Name::RsaPss => rsa::verify(ctx, &parameters, key, &signature, &data)?,
        name => {
            return Err(unsupported(
                ctx,
                &format!("verifying with {}", name.as_str()),
            ));
        }
    };
    is_valid.into_js(ctx)
}

/// `bits` is `None` where all that there is is wanted, which only ECDH knows.
fn derived<'js>(
    ctx: &Ctx<'js>,
    parameters: &Parameters<'js>,
    key: &CryptoKey,
    bits: Option<u32>,
) -> Result<Vec<u8>> {
    match (parameters.name, bits) {
        (Name::Ecdh, bits) => {
            let mut secret = elliptic::agree(ctx, parameters, key)?;
            let len = bits.map_or(secret.len(), |bits| bits as usize / 8);
            if len > secret.len() || bits.is_some_and(|bits| !bits.is_multiple_of(8)) {
                return Err(operation_failed(ctx, "the keys don't share so many bits"));
            }
            secret.truncate(len);
            Ok(secret)
        }
        (Name::Pbkdf2 | Name::Hkdf, Some(bits)) => secret::derive(ctx, parameters, key, bits),
        (Name::Pbkdf2 | Name::Hkdf, None) => Err(operation_failed(ctx, "a length is needed")),
        (name, _) => Err(unsupported(
            ctx,
            &format!("deriving with {}", name.as_str()),
        )),
    }
}

fn derive_bits<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let parameters = Parameters::of(ctx, &args.at(0))?;
    let key = key_of(&args.at(1))?;
    let key = &key.borrow().0;
    key.check(ctx, parameters.name, &["deriveBits"])?;
    let bits = args.at(2).as_number().map(|bits| bits as u32);
    array_buffer(ctx, &derived(ctx, &parameters, key, bits)?)
}

fn derive_key<'js>(ctx: &Ctx<'js>, args: &Arguments<'js>) -> Result<Value<'js>> {
    let parameters = Parameters::of(ctx, &args.at(0))?;
    let key = key_of(&args.at(1))?;
    let key = &key.borrow().0;
    key.check(ctx, parameters.name, &["deriveKey"])?;
    let wanted = Parameters::of(ctx, &args.at(2))?;
    let grant = Grant::of(ctx, &args.at(3), &args.at(4))?;
    let (bits, hash) = match wanted.name {
        Name::Hmac => (Some(secret::key_bits(ctx, &wanted)?), Some(wanted.hash()?)),
        Name::Pbkdf2 | Name::Hkdf => (None, None),
        name if name.is_aes() => (Some(secret::key_bits(ctx, &wanted)?), None),
        name => {
            return Err(unsupported(
                ctx,
                &format!("deriving a key for {}", name.as_str()),
            ));
        }
    };
    let bytes = derived(ctx, &parameters, key, bits)?;
    CryptoKey::secret(wanted.name, hash, bytes).into_js(ctx, &grant)
}

fn no_wrapping<'js>(ctx: &Ctx<'js>, _args: &Arguments<'js>) -> Result<Value<'js>> {
    Err(unsupported(ctx, "wrapping of keys"))
}
