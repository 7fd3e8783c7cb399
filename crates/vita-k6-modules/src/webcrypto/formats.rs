//! Keys in and out: raw, PKCS #8, SPKI and JWK (RFC 7517, RFC 7518).

use super::algorithm::{Curve, Name, Parameters, data_error, unsupported};
use super::key::{CryptoKey, Material};
use super::{elliptic, rsa};
use crate::buffers::{array_buffer, required_bytes};
use crate::encoding::RAW_URL;
use crate::text::text_of;
use base64::Engine;
use rquickjs::{Ctx, Exception, Object, Result, Value};

/// Most bytes of a key: far more than the largest RSA key.
const KEY_BYTES_MAX: usize = 64 * 1024;

pub(super) fn import(
    ctx: &Ctx<'_>,
    format: &str,
    data: &Value<'_>,
    parameters: &Parameters<'_>,
) -> Result<CryptoKey> {
    let name = parameters.name;
    let needs_hash = name == Name::Hmac || name.is_rsa();
    let hash = needs_hash.then(|| parameters.hash()).transpose()?;
    let curve = name.is_elliptic().then(|| parameters.curve()).transpose()?;
    let material = if format == "jwk" {
        import_jwk(ctx, data, parameters, curve)?
    } else {
        let bytes = required_bytes(data, "the key's data")?;
        if bytes.len() > KEY_BYTES_MAX {
            return Err(data_error(
                ctx,
                &format!("a key has at most {KEY_BYTES_MAX} bytes"),
            ));
        }
        match (format, curve) {
            ("raw", Some(curve)) => elliptic::import_point(ctx, curve, &bytes)?,
            ("spki", Some(curve)) => elliptic::import_spki(ctx, curve, &bytes)?,
            ("pkcs8", Some(curve)) => elliptic::import_pkcs8(ctx, curve, &bytes)?,
            ("spki", None) if name.is_rsa() => rsa::import_spki(ctx, &bytes)?,
            ("pkcs8", None) if name.is_rsa() => rsa::import_pkcs8(ctx, &bytes)?,
            ("raw", None) if !name.is_rsa() => secret(ctx, name, bytes)?,
            _ => {
                return Err(unsupported(
                    ctx,
                    &format!("{} as `{format}`", name.as_str()),
                ));
            }
        }
    };
    Ok(CryptoKey::new(name, hash, curve, material))
}

fn secret(ctx: &Ctx<'_>, name: Name, bytes: Vec<u8>) -> Result<Material> {
    if name.is_aes() && !matches!(bytes.len(), 16 | 24 | 32) {
        return Err(data_error(ctx, "an AES key has 16, 24 or 32 bytes"));
    }
    if name == Name::Hmac && bytes.is_empty() {
        return Err(data_error(ctx, "an HMAC key must not be empty"));
    }
    Ok(Material::Secret(bytes))
}

fn field(ctx: &Ctx<'_>, jwk: &Object<'_>, key: &str) -> Result<Option<Vec<u8>>> {
    let value: Value<'_> = jwk.get(key)?;
    if value.is_undefined() {
        return Ok(None);
    }
    match RAW_URL.decode(text_of(&value)?) {
        Ok(bytes) if bytes.len() <= KEY_BYTES_MAX => Ok(Some(bytes)),
        _ => Err(data_error(
            ctx,
            &format!("`{key}` of the JWK is not base64url"),
        )),
    }
}

fn import_jwk(
    ctx: &Ctx<'_>,
    data: &Value<'_>,
    parameters: &Parameters<'_>,
    curve: Option<Curve>,
) -> Result<Material> {
    let Some(jwk) = data.as_object() else {
        return Err(Exception::throw_type(ctx, "a JWK is an object"));
    };
    let required = |key: &str| match field(ctx, jwk, key)? {
        Some(bytes) => Ok(bytes),
        None => Err(data_error(ctx, &format!("the JWK has no `{key}`"))),
    };
    let kind = text_of(&jwk.get("kty")?)?;
    match (kind.as_str(), curve) {
        ("oct", None) if !parameters.name.is_rsa() => secret(ctx, parameters.name, required("k")?),
        ("EC", Some(curve)) => {
            if text_of(&jwk.get("crv")?)? != curve.as_str() {
                return Err(data_error(ctx, "the JWK is of another curve"));
            }
            let point = [vec![4], required("x")?, required("y")?].concat();
            match field(ctx, jwk, "d")? {
                Some(number) => elliptic::import_number(ctx, curve, &number, &point),
                None => elliptic::import_point(ctx, curve, &point),
            }
        }
        ("RSA", None) if parameters.name.is_rsa() => {
            if field(ctx, jwk, "d")?.is_none() {
                let (modulus, exponent) = (required("n")?, required("e")?);
                return Ok(Material::RsaPublic { modulus, exponent });
            }
            let mut numbers: [Vec<u8>; 8] = Default::default();
            for (number, key) in numbers.iter_mut().zip(RSA_FIELDS) {
                *number = required(key)?;
            }
            rsa::import_numbers(ctx, &numbers)
        }
        _ => Err(data_error(
            ctx,
            &format!("a JWK of type `{kind}` is no key for this"),
        )),
    }
}

const RSA_FIELDS: [&str; 8] = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

pub(super) fn export<'js>(ctx: &Ctx<'js>, format: &str, key: &CryptoKey) -> Result<Value<'js>> {
    if !key.extractable {
        let message = "the key is not extractable";
        return Err(Exception::throw_dom(ctx, "InvalidAccessError", message));
    }
    if matches!(key.name, Name::Pbkdf2 | Name::Hkdf) {
        return Err(unsupported(
            ctx,
            &format!("exporting a key of {}", key.name.as_str()),
        ));
    }
    let bytes = match (format, &key.material, key.curve) {
        ("jwk", ..) => return Ok(export_jwk(ctx, key)?.into_value()),
        ("raw", Material::Secret(bytes), _) => bytes.clone(),
        ("raw", Material::EcPublic(point), _) => point.clone(),
        ("spki", Material::EcPublic(point), Some(curve)) => elliptic::export_spki(curve, point),
        ("pkcs8", Material::EcPrivate { pkcs8, .. } | Material::RsaPrivate(pkcs8), _) => {
            pkcs8.clone()
        }
        ("spki", Material::RsaPublic { modulus, exponent }, _) => {
            rsa::export_spki(modulus, exponent)
        }
        _ => {
            let message = format!(
                "a {} key of {} as `{format}`",
                key.kind(),
                key.name.as_str()
            );
            return Err(unsupported(ctx, &message));
        }
    };
    array_buffer(ctx, &bytes)
}

fn export_jwk<'js>(ctx: &Ctx<'js>, key: &CryptoKey) -> Result<Object<'js>> {
    let jwk = Object::new(ctx.clone())?;
    let set = |name: &str, bytes: &[u8]| jwk.set(name, RAW_URL.encode(bytes));
    match &key.material {
        Material::Secret(bytes) => {
            jwk.set("kty", "oct")?;
            set("k", bytes)?;
            jwk.set("alg", secret_algorithm(key, bytes.len()))?;
        }
        Material::EcPublic(point) | Material::EcPrivate { point, .. } => {
            jwk.set("kty", "EC")?;
            jwk.set("crv", key.curve.map(Curve::as_str))?;
            let coordinates = point.get(1..).unwrap_or_default();
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            set("x", x)?;
            set("y", y)?;
            if let (Material::EcPrivate { pkcs8, .. }, Some(curve)) = (&key.material, key.curve) {
                set(
                    "d",
                    &elliptic::private_number(curve, pkcs8).unwrap_or_default(),
                )?;
            }
        }
        Material::RsaPublic { modulus, exponent } => {
            jwk.set("kty", "RSA")?;
            jwk.set("alg", rsa_algorithm(key))?;
            set("n", modulus)?;
            set("e", exponent)?;
        }
        Material::RsaPrivate(pkcs8) => {
            jwk.set("kty", "RSA")?;
            jwk.set("alg", rsa_algorithm(key))?;
            let numbers = rsa::private_numbers(pkcs8).unwrap_or_default();
            for (name, number) in RSA_FIELDS.iter().zip(&numbers) {
                set(name, number)?;
            }
        }
    }
    jwk.set("ext", key.extractable)?;
    jwk.set("key_ops", key.usages.clone())?;
    Ok(jwk)
}

fn secret_algorithm(key: &CryptoKey, len: usize) -> String {
    match (key.name, key.hash) {
        (Name::Hmac, Some(hash)) => format!("HS{}", hash.bits()),
        (name, _) => {
            let mode = name.as_str().strip_prefix("AES-").unwrap_or_default();
            format!("A{}{mode}", len * 8)
        }
    }
}

fn rsa_algorithm(key: &CryptoKey) -> String {
    let bits = key
        .hash
        .map(super::algorithm::Hash::bits)
        .unwrap_or_default();
    match (key.name, bits) {
        (Name::RsaPkcs1, _) => format!("RS{bits}"),
        (Name::RsaPss, _) => format!("PS{bits}"),
        (_, "1") => "RSA-OAEP".to_owned(),
        _ => format!("RSA-OAEP-{bits}"),
    }
}
