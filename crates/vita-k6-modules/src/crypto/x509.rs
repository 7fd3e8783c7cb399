//! `k6/crypto/x509`: what a certificate says.

use crate::text::text_of;
use rquickjs::function::Func;
use rquickjs::{Array, Ctx, Exception, IntoJs, Object, Result, Value};
use sha1::Digest;
use x509_cert::Certificate;
use x509_cert::der::asn1::{Any, ObjectIdentifier};
use x509_cert::der::{Decode, DecodePem, Encode, Reader, SliceReader, Tag, Tagged};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::Time;

pub(crate) const EXPORTS: &[&str] = &["parse", "getAltNames", "getIssuer", "getSubject"];

pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    exports.set("parse", Func::from(parse))?;
    exports.set("getAltNames", Func::from(get_alt_names))?;
    exports.set("getIssuer", Func::from(get_issuer))?;
    exports.set("getSubject", Func::from(get_subject))?;
    Ok(exports)
}

fn read(ctx: &Ctx<'_>, pem: &Value<'_>) -> Result<Certificate> {
    let pem = text_of(pem)?;
    Certificate::from_pem(pem.trim()).map_err(|error| {
        let message = format!("failed to parse certificate: {error}");
        Exception::throw_message(ctx, &message)
    })
}

fn get_subject<'js>(ctx: Ctx<'js>, pem: Value<'js>) -> Result<Object<'js>> {
    let certificate = read(&ctx, &pem)?;
    subject(&ctx, certificate.tbs_certificate().subject())
}

fn get_issuer<'js>(ctx: Ctx<'js>, pem: Value<'js>) -> Result<Object<'js>> {
    let certificate = read(&ctx, &pem)?;
    issuer(&ctx, certificate.tbs_certificate().issuer())
}

fn get_alt_names(ctx: Ctx<'_>, pem: Value<'_>) -> Result<Vec<String>> {
    Ok(alt_names(&read(&ctx, &pem)?))
}

fn parse<'js>(ctx: Ctx<'js>, pem: Value<'js>) -> Result<Object<'js>> {
    let certificate = read(&ctx, &pem)?;
    let tbs = certificate.tbs_certificate();
    let der = certificate.to_der().unwrap_or_default();
    let found = Object::new(ctx.clone())?;
    found.set("subject", subject(&ctx, tbs.subject())?)?;
    found.set("issuer", issuer(&ctx, tbs.issuer())?)?;
    found.set("notBefore", moment(&tbs.validity().not_before))?;
    found.set("notAfter", moment(&tbs.validity().not_after))?;
    found.set("altNames", alt_names(&certificate))?;
    found.set(
        "signatureAlgorithm",
        signature_name(certificate.signature_algorithm().oid),
    )?;
    let fingerprint = Array::new(ctx.clone())?;
    for (at, byte) in sha1::Sha1::digest(&der).iter().enumerate() {
        fingerprint.set(at, *byte)?;
    }
    found.set("fingerPrint", fingerprint)?;
    found.set(
        "publicKey",
        public_key(&ctx, tbs.subject_public_key_info())?,
    )?;
    Ok(found)
}

// RFC 5280 §4.1.2.4 and X.520: the attributes of names.
const COMMON_NAME: &str = "2.5.4.3";
const COUNTRY: &str = "2.5.4.6";
const LOCALITY: &str = "2.5.4.7";
const STATE: &str = "2.5.4.8";
const STREET: &str = "2.5.4.9";
const ORGANIZATION: &str = "2.5.4.10";
const ORGANIZATIONAL_UNIT: &str = "2.5.4.11";
const POSTAL_CODE: &str = "2.5.4.17";

fn subject<'js>(ctx: &Ctx<'js>, name: &Name) -> Result<Object<'js>> {
    let parts = parts_of(name);
    let found = Object::new(ctx.clone())?;
    for (key, kind) in [
        ("commonName", COMMON_NAME),
        ("country", COUNTRY),
        ("postalCode", POSTAL_CODE),
        ("stateOrProvinceName", STATE),
        ("localityName", LOCALITY),
        ("streetAddress", STREET),
        ("organizationName", ORGANIZATION),
    ] {
        found.set(key, first(&parts, kind))?;
    }
    let units: Vec<&str> = all(&parts, ORGANIZATIONAL_UNIT).collect();
    found.set("organizationalUnitName", units)?;
    found.set("names", names(ctx, &parts)?)?;
    Ok(found)
}

fn issuer<'js>(ctx: &Ctx<'js>, name: &Name) -> Result<Object<'js>> {
    let parts = parts_of(name);
    let found = Object::new(ctx.clone())?;
    for (key, kind) in [
        ("commonName", COMMON_NAME),
        ("country", COUNTRY),
        ("stateOrProvinceName", STATE),
        ("localityName", LOCALITY),
        ("organizationName", ORGANIZATION),
    ] {
        found.set(key, first(&parts, kind))?;
    }
    found.set("names", names(ctx, &parts)?)?;
    Ok(found)
}

fn names<'js>(ctx: &Ctx<'js>, parts: &[(String, String)]) -> Result<Array<'js>> {
    let names = Array::new(ctx.clone())?;
    for (at, (kind, value)) in parts.iter().enumerate() {
        let part = Object::new(ctx.clone())?;
        part.set("type", kind.as_str())?;
        part.set("value", value.as_str())?;
        names.set(at, part)?;
    }
    Ok(names)
}

fn parts_of(name: &Name) -> Vec<(String, String)> {
    name.iter()
        .map(|part| (part.oid.to_string(), attribute_text(&part.value)))
        .collect()
}

/// The text of an attribute: nearly all are UTF-8 or a part of ASCII.
fn attribute_text(value: &Any) -> String {
    match value.tag() {
        Tag::BmpString => {
            let units = value.value().chunks_exact(2);
            let units = units.map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or('\u{FFFD}'))
                .collect()
        }
        Tag::TeletexString => value.value().iter().map(|&byte| char::from(byte)).collect(),
        _ => String::from_utf8_lossy(value.value()).into_owned(),
    }
}

fn all<'a>(parts: &'a [(String, String)], kind: &str) -> impl Iterator<Item = &'a str> {
    let wanted = kind.to_owned();
    let of_kind = parts.iter().filter(move |(kind, _)| *kind == wanted);
    of_kind.map(|(_, value)| value.as_str())
}

fn first<'a>(parts: &'a [(String, String)], kind: &str) -> &'a str {
    all(parts, kind).next().unwrap_or_default()
}

fn moment(time: &Time) -> String {
    let moment = time.to_date_time();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        moment.year(),
        moment.month(),
        moment.day(),
        moment.hour(),
        moment.minutes(),
        moment.seconds()
    )
}

fn alt_names(certificate: &Certificate) -> Vec<String> {
    let Ok(Some((_, names))) = certificate
        .tbs_certificate()
        .get_extension::<SubjectAltName>()
    else {
        return Vec::new();
    };
    // Names of the DNS come first, then addresses of mail, of hosts, and of documents.
    let mut found: [Vec<String>; 4] = Default::default();
    for name in &names.0 {
        match name {
            GeneralName::DnsName(name) => found[0].push(name.as_str().to_owned()),
            GeneralName::Rfc822Name(name) => found[1].push(name.as_str().to_owned()),
            GeneralName::IpAddress(bytes) => found[2].extend(address(bytes.as_bytes())),
            GeneralName::UniformResourceIdentifier(uri) => found[3].push(uri.as_str().to_owned()),
            _ => {}
        }
    }
    found.concat()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}

/// The name of a signature's algorithm; the number itself for one that has none here.
fn signature_name(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    // RFC 8017 appendix C, RFC 5758 §3, RFC 8410 §3.
    let name = match oid.as_str() {
        "1.2.840.113549.1.1.2" => "MD2-RSA",
        "1.2.840.113549.1.1.4" => "MD5-RSA",
        "1.2.840.113549.1.1.5" => "SHA1-RSA",
        "1.2.840.113549.1.1.11" => "SHA256-RSA",
        "1.2.840.113549.1.1.12" => "SHA384-RSA",
        "1.2.840.113549.1.1.13" => "SHA512-RSA",
        "1.2.840.113549.1.1.10" => "RSAPSS",
        "1.2.840.10040.4.3" => "DSA-SHA1",
        "2.16.840.1.101.3.4.3.2" => "DSA-SHA256",
        "1.2.840.10045.4.1" => "ECDSA-SHA1",
        "1.2.840.10045.4.3.2" => "ECDSA-SHA256",
        "1.2.840.10045.4.3.3" => "ECDSA-SHA384",
        "1.2.840.10045.4.3.4" => "ECDSA-SHA512",
        "1.3.101.112" => "Ed25519",
        _ => return oid,
    };
    name.to_owned()
}

fn public_key<'js>(ctx: &Ctx<'js>, info: &SubjectPublicKeyInfoOwned) -> Result<Object<'js>> {
    let found = Object::new(ctx.clone())?;
    let bits = info.subject_public_key.raw_bytes();
    let (algorithm, key) = match info.algorithm.oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" => ("RSA", rsa_key(ctx, bits)?),
        "1.2.840.10045.2.1" => {
            let curve = info.algorithm.parameters.as_ref();
            let curve = curve.and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
            ("ECDSA", ec_key(ctx, curve, bits)?)
        }
        "1.2.840.10040.4.1" => ("DSA", Object::new(ctx.clone())?),
        "1.3.101.112" => ("Ed25519", Object::new(ctx.clone())?),
        _ => ("", Object::new(ctx.clone())?),
    };
    found.set("algorithm", algorithm)?;
    found.set("key", key)?;
    Ok(found)
}

/// RFC 8017 appendix A.1.1: a sequence of modulus and exponent.
fn rsa_key<'js>(ctx: &Ctx<'js>, bits: &[u8]) -> Result<Object<'js>> {
    let key = Object::new(ctx.clone())?;
    let Some((modulus, exponent)) = rsa_numbers(bits) else {
        return Ok(key);
    };
    let exponent = exponent
        .iter()
        .fold(0.0, |sum, byte| sum * 256.0 + f64::from(*byte));
    key.set("e", exponent)?;
    key.set("n", byte_array(ctx, &modulus)?)?;
    Ok(key)
}

fn rsa_numbers(bits: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(bits).ok()?;
    reader
        .sequence(|inner| -> x509_cert::der::Result<_> {
            let modulus = x509_cert::der::asn1::Uint::decode(inner)?;
            let exponent = x509_cert::der::asn1::Uint::decode(inner)?;
            Ok((modulus.as_bytes().to_vec(), exponent.as_bytes().to_vec()))
        })
        .ok()
}

/// SEC 1 §2.3.3: an uncompressed point is a 4, then both coordinates.
fn ec_key<'js>(
    ctx: &Ctx<'js>,
    curve: Option<ObjectIdentifier>,
    bits: &[u8],
) -> Result<Object<'js>> {
    let key = Object::new(ctx.clone())?;
    let curve = match curve.map(|oid| oid.to_string()).as_deref() {
        Some("1.2.840.10045.3.1.7") => "P-256",
        Some("1.3.132.0.34") => "P-384",
        Some("1.3.132.0.35") => "P-521",
        Some("1.3.132.0.33") => "P-224",
        _ => "",
    };
    key.set("curve", curve)?;
    if let Some((4, coordinates)) = bits.split_first() {
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        key.set("x", byte_array(ctx, x)?)?;
        key.set("y", byte_array(ctx, y)?)?;
    }
    Ok(key)
}

fn byte_array<'js>(ctx: &Ctx<'js>, bytes: &[u8]) -> Result<Value<'js>> {
    bytes.to_vec().into_js(ctx)
}
