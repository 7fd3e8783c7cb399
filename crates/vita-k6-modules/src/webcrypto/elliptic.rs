//! Keys on elliptic curves: ECDSA and ECDH.

use super::algorithm::{Curve, Name, Parameters, data_error, operation_failed, unsupported};
use super::der;
use super::key::{CryptoKey, Material, key_of};
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use aws_lc_rs::{agreement, encoding};
use rquickjs::{Ctx, Result};

/// A private key and its public one.
pub(super) fn generate(ctx: &Ctx<'_>, name: Name, curve: Curve) -> Result<[CryptoKey; 2]> {
    let pair = EcdsaKeyPair::generate(curve.any_signing());
    let private = pair.ok().and_then(|pair| private_material(&pair));
    let Some(Material::EcPrivate { pkcs8, point }) = private else {
        return Err(operation_failed(ctx, "no key could be made"));
    };
    let public = Material::EcPublic(point.clone());
    let private = Material::EcPrivate { pkcs8, point };
    let key = |material| CryptoKey::new(name, None, Some(curve), material);
    Ok([key(private), key(public)])
}

fn private_material(pair: &EcdsaKeyPair) -> Option<Material> {
    let pkcs8 = pair.to_pkcs8v1().ok()?.as_ref().to_vec();
    Some(Material::EcPrivate {
        pkcs8,
        point: pair.public_key().as_ref().to_vec(),
    })
}

/// A public key from its point, which must lie on the curve.
pub(super) fn import_point(ctx: &Ctx<'_>, curve: Curve, point: &[u8]) -> Result<Material> {
    let is_whole = point.len() == 1 + 2 * curve.coordinate_len() && point.first() == Some(&4);
    let unparsed = agreement::UnparsedPublicKey::new(curve.agreement(), point);
    if !is_whole || agreement::ParsedPublicKey::try_from(&unparsed).is_err() {
        return Err(data_error(
            ctx,
            "the data is no uncompressed point of the curve",
        ));
    }
    Ok(Material::EcPublic(point.to_vec()))
}

pub(super) fn import_spki(ctx: &Ctx<'_>, curve: Curve, info: &[u8]) -> Result<Material> {
    let algorithm = algorithm_of(curve);
    match der::read_public_key_info(info) {
        Some((found, point)) if found == algorithm => import_point(ctx, curve, point),
        _ => Err(data_error(ctx, "the data is no public key of the curve")),
    }
}

pub(super) fn export_spki(curve: Curve, point: &[u8]) -> Vec<u8> {
    der::public_key_info(&algorithm_of(curve), point)
}

fn algorithm_of(curve: Curve) -> Vec<u8> {
    [der::EC, &der::object_id(curve.object_id())].concat()
}

pub(super) fn import_pkcs8(ctx: &Ctx<'_>, curve: Curve, info: &[u8]) -> Result<Material> {
    let pair = EcdsaKeyPair::from_private_key_der(curve.any_signing(), info);
    let material = pair.ok().and_then(|pair| private_material(&pair));
    material.ok_or_else(|| data_error(ctx, "the data is no private key of the curve"))
}

/// A private key from its number and its point, as a JWK gives them.
pub(super) fn import_number(
    ctx: &Ctx<'_>,
    curve: Curve,
    number: &[u8],
    point: &[u8],
) -> Result<Material> {
    let algorithm = curve.any_signing();
    let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, number, point);
    let material = pair.ok().and_then(|pair| private_material(&pair));
    material.ok_or_else(|| data_error(ctx, "the numbers are no private key of the curve"))
}

/// The private number, for a JWK.
pub(super) fn private_number(curve: Curve, pkcs8: &[u8]) -> Option<Vec<u8>> {
    let pair = EcdsaKeyPair::from_private_key_der(curve.any_signing(), pkcs8).ok()?;
    let number: encoding::EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().ok()?;
    Some(number.as_ref().to_vec())
}

pub(super) fn sign(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    data: &[u8],
) -> Result<Vec<u8>> {
    let (Some(curve), Material::EcPrivate { pkcs8, .. }) = (key.curve, &key.material) else {
        return Err(operation_failed(ctx, "a private key signs"));
    };
    let hash = parameters.hash()?;
    let Some(algorithm) = curve.signing(hash) else {
        return Err(unsupported(
            ctx,
            &format!("{} with {}", curve.as_str(), hash.as_str()),
        ));
    };
    let pair = EcdsaKeyPair::from_private_key_der(algorithm, pkcs8);
    let pair = pair.map_err(|_| operation_failed(ctx, "the key is broken"))?;
    let signature = pair.sign(&SystemRandom::new(), data);
    let signature = signature.map_err(|_| operation_failed(ctx, "the signing failed"))?;
    Ok(signature.as_ref().to_vec())
}

pub(super) fn verify(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    signature: &[u8],
    data: &[u8],
) -> Result<bool> {
    let (Some(curve), Material::EcPublic(point)) = (key.curve, &key.material) else {
        return Err(operation_failed(ctx, "a public key verifies"));
    };
    let hash = parameters.hash()?;
    let Some(algorithm) = curve.verification(hash) else {
        return Err(unsupported(
            ctx,
            &format!("{} with {}", curve.as_str(), hash.as_str()),
        ));
    };
    Ok(UnparsedPublicKey::new(algorithm, point)
        .verify(data, signature)
        .is_ok())
}

/// The secret that two keys share.
pub(super) fn agree(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
) -> Result<Vec<u8>> {
    let public = key_of(&parameters.get("public")?)?;
    let public = &public.borrow().0;
    let (Material::EcPrivate { pkcs8, .. }, Material::EcPublic(point)) =
        (&key.material, &public.material)
    else {
        return Err(operation_failed(
            ctx,
            "ECDH needs a private key and a public one",
        ));
    };
    let Some(curve) = key.curve.filter(|curve| public.curve == Some(*curve)) else {
        return Err(operation_failed(ctx, "both keys must be of one curve"));
    };
    let failed = || operation_failed(ctx, "the keys share no secret");
    let private = agreement::PrivateKey::from_private_key_der(curve.agreement(), pkcs8);
    let private = private.map_err(|_| failed())?;
    let peer = agreement::UnparsedPublicKey::new(curve.agreement(), point);
    agreement::agree(&private, peer, (), |secret| Ok(secret.to_vec())).map_err(|()| failed())
}
