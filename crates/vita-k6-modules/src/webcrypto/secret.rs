//! Keys of one side: AES, HMAC, and what others are derived from.

use super::algorithm::{Name, Parameters, operation_failed, unsupported};
use super::key::{CryptoKey, Material};
use aws_lc_rs::{aead, cipher, hkdf, hmac, iv, pbkdf2};
use rquickjs::{Ctx, Result};
use std::num::NonZeroU32;

/// Most iterations of PBKDF2, over all blocks of output: some seconds of work, during which a virtual
/// user can't be interrupted.
const PBKDF2_ITERATIONS_MAX: u64 = 10_000_000;
/// Most bytes that are derived at once.
const DERIVED_BYTES_MAX: usize = 16 * 1024;

pub(super) fn bytes_of(key: &CryptoKey) -> &[u8] {
    match &key.material {
        Material::Secret(bytes) => bytes,
        _ => &[],
    }
}

/// Bits of a key that is to be made or derived.
pub(super) fn key_bits(ctx: &Ctx<'_>, parameters: &Parameters<'_>) -> Result<u32> {
    let asked = parameters.number("length")?;
    if parameters.name.is_aes() {
        return match asked {
            Some(bits @ (128 | 192 | 256)) => Ok(bits),
            _ => Err(operation_failed(ctx, "an AES key has 128, 192 or 256 bits")),
        };
    }
    match asked {
        Some(bits) if bits > 0 && bits.is_multiple_of(8) && bits <= 65_536 => Ok(bits),
        Some(_) => Err(operation_failed(
            ctx,
            "an HMAC key has a whole number of bytes, from 1 to 8192",
        )),
        None => Ok(parameters.hash()?.block_bits()),
    }
}

pub(super) fn encrypt(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    data: Vec<u8>,
) -> Result<Vec<u8>> {
    let failed = || operation_failed(ctx, "the encryption failed");
    match parameters.name {
        Name::AesGcm => gcm(ctx, parameters, key, data, true),
        Name::AesCtr => ctr(ctx, parameters, key, data),
        _ => {
            let iv = block(ctx, &parameters.bytes("iv")?, "iv")?;
            let key = unbound(ctx, key)?;
            let key = cipher::PaddedBlockEncryptingKey::cbc_pkcs7(key).map_err(|_| failed())?;
            let mut data = data;
            let context = cipher::EncryptionContext::Iv128(iv);
            key.less_safe_encrypt(&mut data, context)
                .map_err(|_| failed())?;
            Ok(data)
        }
    }
}

pub(super) fn decrypt(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    data: Vec<u8>,
) -> Result<Vec<u8>> {
    let failed = || operation_failed(ctx, "the decryption failed");
    match parameters.name {
        Name::AesGcm => gcm(ctx, parameters, key, data, false),
        Name::AesCtr => ctr(ctx, parameters, key, data),
        _ => {
            let iv = block(ctx, &parameters.bytes("iv")?, "iv")?;
            let key = unbound(ctx, key)?;
            let key = cipher::PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(|_| failed())?;
            if data.is_empty() || !data.len().is_multiple_of(16) {
                return Err(failed());
            }
            let mut data = data;
            let context = cipher::DecryptionContext::Iv128(iv);
            let plain = key.decrypt(&mut data, context).map_err(|_| failed())?;
            Ok(plain.to_vec())
        }
    }
}

fn block(ctx: &Ctx<'_>, bytes: &[u8], what: &str) -> Result<iv::FixedLength<16>> {
    match <[u8; 16]>::try_from(bytes) {
        Ok(block) => Ok(iv::FixedLength::from(block)),
        Err(_) => Err(operation_failed(
            ctx,
            &format!("`{what}` must have 16 bytes"),
        )),
    }
}

fn unbound(ctx: &Ctx<'_>, key: &CryptoKey) -> Result<cipher::UnboundCipherKey> {
    let bytes = bytes_of(key);
    let algorithm = match bytes.len() {
        16 => &cipher::AES_128,
        24 => &cipher::AES_192,
        _ => &cipher::AES_256,
    };
    cipher::UnboundCipherKey::new(algorithm, bytes)
        .map_err(|_| operation_failed(ctx, "the key is broken"))
}

/// Counter mode, which is the same in both directions.
fn ctr(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    mut data: Vec<u8>,
) -> Result<Vec<u8>> {
    let counter = block(ctx, &parameters.bytes("counter")?, "counter")?;
    match parameters.number("length")? {
        Some(1..=128) => {}
        _ => return Err(operation_failed(ctx, "`length` must be from 1 to 128")),
    }
    let failed = |_| operation_failed(ctx, "the encryption failed");
    let key = cipher::EncryptingKey::ctr(unbound(ctx, key)?).map_err(failed)?;
    let context = cipher::EncryptionContext::Iv128(counter);
    key.less_safe_encrypt(&mut data, context).map_err(failed)?;
    Ok(data)
}

fn gcm(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    mut data: Vec<u8>,
    encrypts: bool,
) -> Result<Vec<u8>> {
    let Ok(nonce) = aead::Nonce::try_assume_unique_for_key(&parameters.bytes("iv")?) else {
        return Err(unsupported(
            ctx,
            "an `iv` for AES-GCM of other than 12 bytes",
        ));
    };
    if parameters.number("tagLength")?.unwrap_or(128) != 128 {
        return Err(unsupported(ctx, "a `tagLength` other than 128"));
    }
    let bytes = bytes_of(key);
    let algorithm = match bytes.len() {
        16 => &aead::AES_128_GCM,
        24 => &aead::AES_192_GCM,
        _ => &aead::AES_256_GCM,
    };
    let failed = |_| operation_failed(ctx, "the data is not authentic, or the key is broken");
    let key = aead::LessSafeKey::new(aead::UnboundKey::new(algorithm, bytes).map_err(failed)?);
    let additional = aead::Aad::from(parameters.optional_bytes("additionalData")?);
    if encrypts {
        key.seal_in_place_append_tag(nonce, additional, &mut data)
            .map_err(failed)?;
        return Ok(data);
    }
    Ok(key
        .open_in_place(nonce, additional, &mut data)
        .map_err(failed)?
        .to_vec())
}

/// The code of a message, under a key that has a hash.
pub(super) fn sign(key: &CryptoKey, data: &[u8]) -> Option<Vec<u8>> {
    let key = hmac::Key::new(key.hash?.hmac(), bytes_of(key));
    Some(hmac::sign(&key, data).as_ref().to_vec())
}

pub(super) fn verify(key: &CryptoKey, signature: &[u8], data: &[u8]) -> bool {
    key.hash.is_some_and(|hash| {
        let key = hmac::Key::new(hash.hmac(), bytes_of(key));
        hmac::verify(&key, data, signature).is_ok()
    })
}

/// The length of what HKDF gives.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

pub(super) fn derive(
    ctx: &Ctx<'_>,
    parameters: &Parameters<'_>,
    key: &CryptoKey,
    bits: u32,
) -> Result<Vec<u8>> {
    let len = bits as usize / 8;
    if !bits.is_multiple_of(8) || len == 0 || len > DERIVED_BYTES_MAX {
        let message =
            format!("the length must be a whole number of bytes, up to {DERIVED_BYTES_MAX}");
        return Err(operation_failed(ctx, &message));
    }
    let mut derived = vec![0; len];
    let hash = parameters.hash()?;
    let salt = parameters.bytes("salt")?;
    if parameters.name == Name::Pbkdf2 {
        let count = parameters.number("iterations")?.and_then(NonZeroU32::new);
        let Some(count) = count else {
            return Err(operation_failed(ctx, "`iterations` must be 1 or more"));
        };
        let blocks = len.div_ceil(hash.digest().output_len()) as u64;
        if u64::from(count.get()) * blocks > PBKDF2_ITERATIONS_MAX {
            let message = format!("more than {PBKDF2_ITERATIONS_MAX} iterations are not done");
            return Err(operation_failed(ctx, &message));
        }
        pbkdf2::derive(hash.pbkdf2(), count, &salt, bytes_of(key), &mut derived);
        return Ok(derived);
    }
    let info = parameters.bytes("info")?;
    let secret = hkdf::Salt::new(hash.hkdf(), &salt).extract(bytes_of(key));
    let info = [info.as_slice()];
    let filled = secret
        .expand(&info, Length(len))
        .and_then(|okm| okm.fill(&mut derived));
    filled.map_err(|_| operation_failed(ctx, "HKDF gives at most 255 times the hash's length"))?;
    Ok(derived)
}
