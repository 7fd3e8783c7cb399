//! RSA keys: signatures and OAEP.

use super::algorithm::{Hash, Name, Parameters, data_error, operation_failed, unsupported};
use super::der::{self, Reader};
use super::key::{CryptoKey, Material};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384,
    OAEP_SHA512_MGF1SHA512, OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{self, RsaEncoding, UnparsedPublicKey, VerificationAlgorithm};
use rquickjs::{Ctx, Result};

/// The exponent that all new keys have.
const EXPONENT: &[u8] = &[1, 0, 1];

/// A private key and its public one.
pub(super) fn generate(ctx: &Ctx<'_>, parameters: &Parameters<'_>) -> Result<[CryptoKey; 2]> {
    let hash = parameters.hash()?;
    let size = match parameters.number("modulusLength")? {
        Some(2048) => KeySize::Rsa2048,
        Some(3072) => KeySize::Rsa3072,
        Some(4096) => KeySize::Rsa4096,
        _ => {
            return Err(unsupported(
                ctx,
                "a `modulusLength` other than 2048, 3072 or 4096",
            ));
        }
    };
    if parameters.bytes("publicExponent")? != EXPONENT {
        return Err(unsupported(ctx, "a `publicExponent` other than 65537"));
    }
    let failed = |_| operation_failed(ctx, "no key could be made");
    let pair = KeyPair::generate(size).map_err(failed)?;
    let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
    let private = Material::RsaPrivate(pkcs8.as_ref().to_vec());
    let Some((modulus, exponent)) = public_numbers(&private) else {
        return Err(operation_failed(ctx, "no key could be made"));
    };
    let key = |material| CryptoKey::new(parameters.name, Some(hash), None, material);
    Ok([key(private), key(Material::RsaPublic { modulus, exponent })])
}

/// Modulus and exponent of either key.
pub(super) fn public_numbers(material: &Material) -> Option<(Vec<u8>, Vec<u8>)> {
    match material {
        Material::RsaPublic { modulus, exponent } => Some((modulus.clone(), exponent.clone())),
        Material::RsaPrivate(pkcs8) => {
            let [modulus, exponent, ..] = private_numbers(pkcs8)?;
            Some((modulus, exponent))
        }
        _ => None,
    }
}

/// n, e, d, p, q, dp, dq, qi (RFC 8017 appendix A.1.2).
pub(super) fn private_numbers(pkcs8: &[u8]) -> Option<[Vec<u8>; 8]> {
    let key = der::read_private_key_info(pkcs8)?;
    let mut numbers = Reader(Reader(key).take(der::SEQUENCE)?);
    numbers.integer()?;
    let mut found: [Vec<u8>; 8] = Default::default();
    for number in &mut found {
        *number = numbers.integer()?.to_vec();
    }
    Some(found)
}

/// PKCS #8 of the eight numbers.
pub(super) fn import_numbers(ctx: &Ctx<'_>, numbers: &[Vec<u8>; 8]) -> Result<Material> {
    let mut parts = der::integer(&[]);
    for number in numbers {
        parts.extend(der::integer(number));
    }
    let info = der::private_key_info(der::RSA, &der::element(der::SEQUENCE, &parts));
    import_pkcs8(ctx, &info)
}

pub(super) fn import_pkcs8(ctx: &Ctx<'_>, info: &[u8]) -> Result<Material> {
    if KeyPair::from_pkcs8(info).is_err() || private_numbers(info).is_none() {
        return Err(data_error(
            ctx,
            "the data is no RSA key of 2048 to 8192 bits",
        ));
    }
    Ok(Material::RsaPrivate(info.to_vec()))
}

pub(super) fn import_spki(ctx: &Ctx<'_>, info: &[u8]) -> Result<Material> {
    let numbers = der::read_public_key_info(info).and_then(|(_, key)| {
        let mut numbers = Reader(Reader(key).take(der::SEQUENCE)?);
        Some((numbers.integer()?.to_vec(), numbers.integer()?.to_vec()))
    });
    match numbers {
        Some((modulus, exponent)) => Ok(Material::RsaPublic { modulus, exponent }),
        None => Err(data_error(ctx, "the data is no public key of RSA")),
    }
}

/// `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn public_der(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let numbers = [der::integer(modulus), der::integer(exponent)].concat();
    der::element(der::SEQUENCE, &numbers)
}

pub(super) fn export_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    der::public_key_info(der::RSA, &public_der(modulus, exponent))
}

fn encoding(name: Name, hash: Hash) -> Option<&'static dyn RsaEncoding> {
    Some(match (name, hash) {
        (Name::RsaPkcs1, Hash::Sha256) => &signature::RSA_PKCS1_SHA256,
        (Name::RsaPkcs1, Hash::Sha384) => &signature::RSA_PKCS1_SHA384,
        (Name::RsaPkcs1, Hash::Sha512) => &signature::RSA_PKCS1_SHA512,
        (Name::RsaPss, Hash::Sha256) => &signature::RSA_PSS_SHA256,
        (Name::RsaPss, Hash::Sha384) => &signature::RSA_PSS_SHA384,
        (Name::RsaPss, Hash::Sha512) => &signature::RSA_PSS_SHA512,
        _ => return None,
    })
}

fn verification(name: Name, hash: Hash) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match (name, hash) {
        (Name::RsaPkcs1, Hash::Sha1) => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Name::RsaPkcs1, Hash::Sha256) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (Name::RsaPkcs1, Hash::Sha384) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (Name::RsaPkcs1, Hash::Sha512) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (Name::RsaPss, Hash::Sha256) => &signature::RSA_PSS_2048_8192_SHA256,
        (Name::RsaPss, Hash::Sha384) => &signature::RSA_PSS_2048_8192_SHA384,
        (Name::RsaPss, Hash::Sha512) => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return None,
    })
}

/// The key's hash, and for PSS a salt of its length, which is the one that is supported.
fn checked_hash(ctx: &Ctx<'_>, parameters: &Parameters<'_>, key: &CryptoKey) -> Result<Hash> {
    let Some(hash) = key.hash else {
        return Err(operation_failed(ctx, "the key has no hash"));
    };
    if key.name == Name::RsaPss {
        let salt = parameters.number("saltLength")?;
        if salt.map(|salt| salt as usize) != Some(hash.digest().output_len()) {
            return Err(unsupported(
                ctx,
                "a `saltLength` other than the hash's length",
            ));
        }
    }
    Ok(hash)
}

pub(super) fn sign(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    data: &[u8],
) -> Result<Vec<u8>> {
    let hash = checked_hash(ctx, parameters, key)?;
    let Material::RsaPrivate(pkcs8) = &key.material else {
        return Err(operation_failed(ctx, "a private key signs"));
    };
    let Some(encoding) = encoding(key.name, hash) else {
        return Err(unsupported(ctx, &format!("signing with {}", hash.as_str())));
    };
    let failed = || operation_failed(ctx, "the signing failed");
    let pair = KeyPair::from_pkcs8(pkcs8).map_err(|_| failed())?;
    let mut signature = vec![0; pair.public_modulus_len()];
    let signed = pair.sign(encoding, &SystemRandom::new(), data, &mut signature);
    signed.map_err(|_| failed())?;
    Ok(signature)
}

pub(super) fn verify(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    signature: &[u8],
    data: &[u8],
) -> Result<bool> {
    let hash = checked_hash(ctx, parameters, key)?;
    let Material::RsaPublic { modulus, exponent } = &key.material else {
        return Err(operation_failed(ctx, "a public key verifies"));
    };
    let Some(algorithm) = verification(key.name, hash) else {
        return Err(unsupported(
            ctx,
            &format!("verifying with {}", hash.as_str()),
        ));
    };
    let public = public_der(modulus, exponent);
    Ok(UnparsedPublicKey::new(algorithm, public)
        .verify(data, signature)
        .is_ok())
}

fn oaep(hash: Hash) -> &'static OaepAlgorithm {
    match hash {
        Hash::Sha1 => &OAEP_SHA1_MGF1SHA1,
        Hash::Sha256 => &OAEP_SHA256_MGF1SHA256,
        Hash::Sha384 => &OAEP_SHA384_MGF1SHA384,
        Hash::Sha512 => &OAEP_SHA512_MGF1SHA512,
    }
}

pub(super) fn encrypt(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    data: &[u8],
) -> Result<Vec<u8>> {
    let failed = || operation_failed(ctx, "the encryption failed: the data may be too long");
    let (Some(hash), Material::RsaPublic { modulus, exponent }) = (key.hash, &key.material) else {
        return Err(operation_failed(ctx, "a public key encrypts"));
    };
    let label = parameters.optional_bytes("label")?;
    let key = PublicEncryptingKey::from_der(&export_spki(modulus, exponent));
    let key = key.map_err(|_| failed())?;
    let key = OaepPublicEncryptingKey::new(key).map_err(|_| failed())?;
    let mut sealed = vec![0; key.ciphertext_size()];
    let label = Some(label.as_slice()).filter(|label| !label.is_empty());
    let sealed = key
        .encrypt(oaep(hash), data, &mut sealed, label)
        .map_err(|_| failed())?;
    Ok(sealed.to_vec())
}

pub(super) fn decrypt(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    data: &[u8],
) -> Result<Vec<u8>> {
    let failed = || operation_failed(ctx, "the decryption failed");
    let (Some(hash), Material::RsaPrivate(pkcs8)) = (key.hash, &key.material) else {
        return Err(operation_failed(ctx, "a private key decrypts"));
    };
    let label = parameters.optional_bytes("label")?;
    let key = PrivateDecryptingKey::from_pkcs8(pkcs8).map_err(|_| failed())?;
    let key = OaepPrivateDecryptingKey::new(key).map_err(|_| failed())?;
    let mut plain = vec![0; key.min_output_size()];
    let label = Some(label.as_slice()).filter(|label| !label.is_empty());
    let plain = key
        .decrypt(oaep(hash), data, &mut plain, label)
        .map_err(|_| failed())?;
    Ok(plain.to_vec())
}
