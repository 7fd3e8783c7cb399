//! `CryptoKey`.

use super::algorithm::{Curve, Hash, Name};
use crate::classes::{Held, Native, held, hold};
use crate::text::text_of;
use rquickjs::function::This;
use rquickjs::object::Accessor;
use rquickjs::{Class, Ctx, Exception, Object, Result, TypedArray, Value};

/// What a key is made of.
#[derive(Clone)]
pub(super) enum Material {
    Secret(Vec<u8>),
    /// An uncompressed point (SEC 1 §2.3.3).
    EcPublic(Vec<u8>),
    EcPrivate {
        pkcs8: Vec<u8>,
        point: Vec<u8>,
    },
    RsaPublic {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    /// A PKCS #8 `PrivateKeyInfo`.
    RsaPrivate(Vec<u8>),
}

pub(super) struct CryptoKey {
    pub(super) name: Name,
    pub(super) hash: Option<Hash>,
    pub(super) curve: Option<Curve>,
    pub(super) material: Material,
    pub(super) extractable: bool,
    pub(super) usages: Vec<String>,
}

pub(super) const USAGES: &[&str] = &[
    "encrypt",
    "decrypt",
    "sign",
    "verify",
    "deriveKey",
    "deriveBits",
    "wrapKey",
    "unwrapKey",
];

impl CryptoKey {
    pub(super) fn secret(name: Name, hash: Option<Hash>, bytes: Vec<u8>) -> Self {
        Self::new(name, hash, None, Material::Secret(bytes))
    }

    pub(super) fn new(
        name: Name,
        hash: Option<Hash>,
        curve: Option<Curve>,
        material: Material,
    ) -> Self {
        Self {
            name,
            hash,
            curve,
            material,
            extractable: false,
            usages: Vec::new(),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self.material {
            Material::Secret(_) => "secret",
            Material::EcPublic(_) | Material::RsaPublic { .. } => "public",
            Material::EcPrivate { .. } | Material::RsaPrivate(_) => "private",
        }
    }

    /// Refuses a key that is not for this.
    pub(super) fn check(&self, ctx: &Ctx<'_>, name: Name, usages: &[&str]) -> Result<()> {
        let refuse = |message: &str| Err(Exception::throw_dom(ctx, "InvalidAccessError", message));
        if self.name != name {
            return refuse("the key is for another algorithm");
        }
        if !self
            .usages
            .iter()
            .any(|usage| usages.contains(&usage.as_str()))
        {
            return refuse(&format!("the key's usages don't have `{}`", usages[0]));
        }
        Ok(())
    }

    pub(super) fn into_js<'js>(mut self, ctx: &Ctx<'js>, grant: &Grant) -> Result<Value<'js>> {
        self.extractable = grant.extractable || self.kind() == "public";
        self.usages.clone_from(&grant.usages);
        Ok(hold(ctx, self)?.into_value())
    }
}

/// What a script allows a key.
pub(super) struct Grant {
    pub(super) extractable: bool,
    pub(super) usages: Vec<String>,
}

impl Grant {
    pub(super) fn of<'js>(
        ctx: &Ctx<'js>,
        extractable: &Value<'js>,
        usages: &Value<'js>,
    ) -> Result<Self> {
        let Some(list) = usages.as_array() else {
            return Err(Exception::throw_type(
                ctx,
                "the usages of a key must be an array",
            ));
        };
        let mut granted = Vec::new();
        // Each usage counts once, so a list can't be longer than all of them.
        for usage in list.iter::<Value<'js>>() {
            let usage = text_of(&usage?)?;
            if !USAGES.contains(&usage.as_str()) {
                let message = format!("`{usage}` is no usage of a key");
                return Err(Exception::throw_type(ctx, &message));
            }
            if !granted.contains(&usage) {
                granted.push(usage);
            }
        }
        Ok(Self {
            extractable: extractable.as_bool().unwrap_or_default(),
            usages: granted,
        })
    }

    /// The part of it that one key of a pair gets.
    pub(super) fn only(&self, usages: &[&str]) -> Self {
        let kept = self
            .usages
            .iter()
            .filter(|usage| usages.contains(&usage.as_str()));
        Self {
            extractable: self.extractable,
            usages: kept.cloned().collect(),
        }
    }
}

impl Native for CryptoKey {
    const NAME: &'static str = "CryptoKey";

    fn define(prototype: &Object<'_>) -> Result<()> {
        prototype.prop("type", Accessor::from(kind).enumerable())?;
        prototype.prop("extractable", Accessor::from(extractable).enumerable())?;
        prototype.prop("algorithm", Accessor::from(algorithm).enumerable())?;
        prototype.prop("usages", Accessor::from(usages).enumerable())
    }
}

pub(super) fn key_of<'js>(value: &Value<'js>) -> Result<Class<'js, Held<CryptoKey>>> {
    held(value).ok_or_else(|| Exception::throw_type(value.ctx(), "expected a CryptoKey"))
}

fn kind(this: This<Value<'_>>) -> Result<&'static str> {
    Ok(key_of(&this)?.borrow().0.kind())
}

fn extractable(this: This<Value<'_>>) -> Result<bool> {
    Ok(key_of(&this)?.borrow().0.extractable)
}

fn usages(this: This<Value<'_>>) -> Result<Vec<String>> {
    Ok(key_of(&this)?.borrow().0.usages.clone())
}

fn algorithm(this: This<Value<'_>>) -> Result<Object<'_>> {
    let key = key_of(&this)?;
    let key = &key.borrow().0;
    let ctx = this.ctx();
    let algorithm = Object::new(ctx.clone())?;
    algorithm.set("name", key.name.as_str())?;
    if let Some(curve) = key.curve {
        algorithm.set("namedCurve", curve.as_str())?;
    }
    if let Some(hash) = key.hash {
        let inner = Object::new(ctx.clone())?;
        inner.set("name", hash.as_str())?;
        algorithm.set("hash", inner)?;
    }
    if let Material::Secret(bytes) = &key.material
        && (key.name.is_aes() || key.name == Name::Hmac)
    {
        algorithm.set("length", bytes.len() * 8)?;
    }
    if let Some((modulus, exponent)) = super::rsa::public_numbers(&key.material) {
        algorithm.set("modulusLength", modulus.len() * 8)?;
        algorithm.set(
            "publicExponent",
            TypedArray::<u8>::new_copy(ctx.clone(), exponent)?,
        )?;
    }
    Ok(algorithm)
}
