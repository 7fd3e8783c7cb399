//! Algorithms as scripts name them.

use crate::buffers::required_bytes;
use crate::text::text_of;
use aws_lc_rs::{agreement, digest, hkdf, hmac, pbkdf2, signature};
use rquickjs::{Ctx, Exception, Object, Result, Value};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Name {
    AesCbc,
    AesCtr,
    AesGcm,
    Hmac,
    Pbkdf2,
    Hkdf,
    Ecdsa,
    Ecdh,
    RsaPkcs1,
    RsaPss,
    RsaOaep,
}

const NAMES: &[(&str, Name)] = &[
    ("AES-CBC", Name::AesCbc),
    ("AES-CTR", Name::AesCtr),
    ("AES-GCM", Name::AesGcm),
    ("HMAC", Name::Hmac),
    ("PBKDF2", Name::Pbkdf2),
    ("HKDF", Name::Hkdf),
    ("ECDSA", Name::Ecdsa),
    ("ECDH", Name::Ecdh),
    ("RSASSA-PKCS1-v1_5", Name::RsaPkcs1),
    ("RSA-PSS", Name::RsaPss),
    ("RSA-OAEP", Name::RsaOaep),
];

impl Name {
    pub(super) fn as_str(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, name)| *name == self)
            .map_or("", |(text, _)| text)
    }

    pub(super) fn is_aes(self) -> bool {
        matches!(self, Self::AesCbc | Self::AesCtr | Self::AesGcm)
    }

    pub(super) fn is_rsa(self) -> bool {
        matches!(self, Self::RsaPkcs1 | Self::RsaPss | Self::RsaOaep)
    }

    pub(super) fn is_elliptic(self) -> bool {
        matches!(self, Self::Ecdsa | Self::Ecdh)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn of<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Self> {
        let name = name_text(ctx, value)?;
        Ok(match name.to_ascii_uppercase().as_str() {
            "SHA-1" => Self::Sha1,
            "SHA-256" => Self::Sha256,
            "SHA-384" => Self::Sha384,
            "SHA-512" => Self::Sha512,
            _ => return Err(unsupported(ctx, &format!("the hash `{name}`"))),
        })
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The end of the names of JWK algorithms (RFC 7518 §3.1).
    pub(super) fn bits(self) -> &'static str {
        match self {
            Self::Sha1 => "1",
            Self::Sha256 => "256",
            Self::Sha384 => "384",
            Self::Sha512 => "512",
        }
    }

    pub(super) fn block_bits(self) -> u32 {
        match self {
            Self::Sha1 | Self::Sha256 => 512,
            Self::Sha384 | Self::Sha512 => 1024,
        }
    }

    pub(super) fn digest(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    pub(super) fn hmac(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha384 => hmac::HMAC_SHA384,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }

    pub(super) fn pbkdf2(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }

    pub(super) fn hkdf(self) -> hkdf::Algorithm {
        match self {
            Self::Sha1 => hkdf::HKDF_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hkdf::HKDF_SHA256,
            Self::Sha384 => hkdf::HKDF_SHA384,
            Self::Sha512 => hkdf::HKDF_SHA512,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    pub(super) fn of(ctx: &Ctx<'_>, value: &Value<'_>) -> Result<Self> {
        let name = text_of(value)?;
        let curve = Self::ALL.into_iter().find(|curve| curve.as_str() == name);
        curve.ok_or_else(|| unsupported(ctx, &format!("the curve `{name}`")))
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    pub(super) fn coordinate_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Its number in DER (RFC 5480 §2.1.1.1).
    pub(super) fn object_id(self) -> &'static [u8] {
        match self {
            Self::P256 => &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
            Self::P384 => &[0x2B, 0x81, 0x04, 0x00, 0x22],
            Self::P521 => &[0x2B, 0x81, 0x04, 0x00, 0x23],
        }
    }

    pub(super) fn agreement(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &agreement::ECDH_P256,
            Self::P384 => &agreement::ECDH_P384,
            Self::P521 => &agreement::ECDH_P521,
        }
    }

    /// How keys of the curve are read and made, whatever hash they sign.
    pub(super) fn any_signing(self) -> &'static signature::EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }

    /// `None` where the library has no such pair of curve and hash.
    pub(super) fn signing(self, hash: Hash) -> Option<&'static signature::EcdsaSigningAlgorithm> {
        Some(match (self, hash) {
            (Self::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            (Self::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
            (Self::P521, Hash::Sha256) => &signature::ECDSA_P521_SHA256_FIXED_SIGNING,
            (Self::P521, Hash::Sha384) => &signature::ECDSA_P521_SHA384_FIXED_SIGNING,
            (Self::P521, Hash::Sha512) => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
            _ => return None,
        })
    }

    pub(super) fn verification(
        self,
        hash: Hash,
    ) -> Option<&'static signature::EcdsaVerificationAlgorithm> {
        Some(match (self, hash) {
            (Self::P256, Hash::Sha256) => &signature::ECDSA_P256_SHA256_FIXED,
            (Self::P384, Hash::Sha384) => &signature::ECDSA_P384_SHA384_FIXED,
            (Self::P521, Hash::Sha256) => &signature::ECDSA_P521_SHA256_FIXED,
            (Self::P521, Hash::Sha384) => &signature::ECDSA_P521_SHA384_FIXED,
            (Self::P521, Hash::Sha512) => &signature::ECDSA_P521_SHA512_FIXED,
            _ => return None,
        })
    }
}

/// An algorithm's name with its parameters.
pub(super) struct Parameters<'js> {
    pub(super) name: Name,
    object: Option<Object<'js>>,
    ctx: Ctx<'js>,
}

impl<'js> Parameters<'js> {
    pub(super) fn of(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<Self> {
        let text = name_text(ctx, value)?;
        let known = NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&text));
        let Some((_, name)) = known else {
            return Err(unsupported(ctx, &format!("the algorithm `{text}`")));
        };
        Ok(Self {
            name: *name,
            object: value.as_object().cloned(),
            ctx: ctx.clone(),
        })
    }

    /// A parameter; undefined where it is not given.
    pub(super) fn get(&self, key: &str) -> Result<Value<'js>> {
        match &self.object {
            Some(object) => object.get(key),
            None => Ok(Value::new_undefined(self.ctx.clone())),
        }
    }

    pub(super) fn hash(&self) -> Result<Hash> {
        Hash::of(&self.ctx, &self.get("hash")?)
    }

    pub(super) fn curve(&self) -> Result<Curve> {
        Curve::of(&self.ctx, &self.get("namedCurve")?)
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<u32>> {
        let value = self.get(key)?;
        if value.is_undefined() {
            return Ok(None);
        }
        match value.as_number() {
            Some(number) if (0.0..=f64::from(u32::MAX)).contains(&number) => {
                Ok(Some(number as u32))
            }
            _ => Err(Exception::throw_type(
                &self.ctx,
                &format!("`{key}` must be a number"),
            )),
        }
    }

    pub(super) fn bytes(&self, key: &str) -> Result<Vec<u8>> {
        required_bytes(&self.get(key)?, &format!("`{key}`"))
    }

    pub(super) fn optional_bytes(&self, key: &str) -> Result<Vec<u8>> {
        let value = self.get(key)?;
        if value.is_undefined() {
            return Ok(Vec::new());
        }
        required_bytes(&value, &format!("`{key}`"))
    }
}

/// A name, or the `name` of an object.
fn name_text<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<String> {
    if value.is_string() {
        return text_of(value);
    }
    let name: Option<Value<'js>> = value.as_object().map(|it| it.get("name")).transpose()?;
    match name {
        Some(name) if name.is_string() => text_of(&name),
        _ => Err(Exception::throw_type(
            ctx,
            "an algorithm must be a name, or have one",
        )),
    }
}

pub(super) fn unsupported(ctx: &Ctx<'_>, what: &str) -> rquickjs::Error {
    Exception::throw_dom(
        ctx,
        "NotSupportedError",
        &format!("{what} is not supported"),
    )
}

pub(super) fn operation_failed(ctx: &Ctx<'_>, message: &str) -> rquickjs::Error {
    Exception::throw_dom(ctx, "OperationError", message)
}

pub(super) fn data_error(ctx: &Ctx<'_>, message: &str) -> rquickjs::Error {
    Exception::throw_dom(ctx, "DataError", message)
}
