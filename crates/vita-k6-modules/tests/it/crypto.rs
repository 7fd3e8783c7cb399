use crate::bed::Bed;

const RSA_PEM: &str = include_str!("data_files/rsa.pem");
const EC_PEM: &str = include_str!("data_files/ec.pem");

#[test]
fn hashes_of_abc_are_the_published_ones() {
    let bed = Bed::new();
    // RFC 1320, RFC 1321, FIPS 180-4 (with NIST's examples), and RIPEMD-160's paper.
    for (algorithm, digest) in [
        ("md4", "a448017aaf21d8525fc10ae87aa6729d"),
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "sha256",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            "sha384",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            "sha512",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
        (
            "sha512_224",
            "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa",
        ),
        (
            "sha512_256",
            "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
        ),
        ("ripemd160", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
    ] {
        let script = format!(
            "(() => {{ const c = require('k6/crypto'); const h = c.createHash('{algorithm}');
                h.update('a'); h.update(new Uint8Array([98]).buffer); const early = h.digest('hex');
                h.update('c');
                return [c.{algorithm}('abc', 'hex'), h.digest('hex'), early === c.{algorithm}('ab', 'hex')].join() }})()"
        );
        assert_eq!(
            bed.eval::<String>(&script),
            format!("{digest},{digest},true"),
            "{algorithm}"
        );
    }
}

#[test]
fn hmac_follows_rfc_4231() {
    let bed = Bed::new();
    // RFC 4231 §4.3, test case 2.
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let script = "[require('k6/crypto').hmac('sha256', 'Jefe', 'what do ya want for nothing?', 'hex'),
        (() => { const h = require('k6/crypto').createHMAC('sha256', 'Jefe');
            h.update('what do ya want '); h.update('for nothing?'); return h.digest('hex') })()].join()";
    assert_eq!(bed.eval::<String>(script), format!("{expected},{expected}"));
    // RFC 2202 §2, test case 6: a key longer than a block.
    let long = "require('k6/crypto').hmac('md5', new Uint8Array(80).fill(0xaa),
        'Test Using Larger Than Block-Size Key - Hash Key First', 'hex')";
    assert_eq!(bed.eval::<String>(long), "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
}

#[test]
fn digests_come_in_five_encodings() {
    let bed = Bed::new();
    let seen = bed.json(
        "['hex', 'base64', 'base64url', 'base64rawurl'].map((e) => require('k6/crypto').md5('?', e))
            .concat(require('k6/crypto').md5('?', 'binary').byteLength)",
    );
    assert_eq!(
        seen,
        r#"["d1457b72c3fb323a2671125aef3eab5d","0UV7csP7MjomcRJa7z6rXQ==","0UV7csP7MjomcRJa7z6rXQ==","0UV7csP7MjomcRJa7z6rXQ",16]"#
    );
    assert_eq!(
        bed.eval::<String>("require('k6/crypto').hexEncode('k6')"),
        "6b36"
    );
}

#[test]
fn random_bytes_have_their_length_and_a_limit() {
    let bed = Bed::new();
    assert_eq!(
        bed.eval::<i32>("require('k6/crypto').randomBytes(17).byteLength"),
        17
    );
    for size in ["0", "-1", "1e18", "NaN", "'x'", "{}"] {
        let script = format!("require('k6/crypto').randomBytes({size})");
        assert!(
            bed.try_eval::<bool>(&script)
                .unwrap_err()
                .contains("invalid size"),
            "{size}"
        );
    }
}

#[test]
fn odd_calls_throw() {
    let bed = Bed::new();
    for script in [
        "require('k6/crypto').createHash('sha3')",
        "require('k6/crypto').hmac('nope', 'k', 'd', 'hex')",
        "require('k6/crypto').sha256('x', 'octal')",
        "require('k6/crypto').sha256({}, 'hex')",
        "require('k6/crypto').createHash('md5').update.call({}, 'x')",
        "require('k6/crypto').createHash('md5').digest.call(null, 'hex')",
    ] {
        assert!(bed.try_eval::<bool>(script).is_err(), "{script}");
    }
}

#[test]
fn certificates_are_read() {
    let bed = Bed::new();
    bed.eval::<()>(&format!("var rsa = `{RSA_PEM}`, ec = `{EC_PEM}`, x509 = require('k6/crypto/x509'), c = x509.parse(rsa)"));
    assert_eq!(
        bed.json("[c.subject.commonName, c.subject.country, c.subject.stateOrProvinceName, c.subject.organizationalUnitName, c.subject.names.length, c.issuer.organizationName, c.notBefore, c.signatureAlgorithm, c.publicKey.algorithm, c.publicKey.key.e, c.publicKey.key.n.length]"),
        r#"["example.test","ZZ","Some State",["Unit A","Unit B"],7,"Acme","2026-11-21T18:45:05Z","SHA256-RSA","RSA",65537,256]"#
    );
    assert_eq!(
        bed.json("x509.getAltNames(rsa)"),
        r#"["example.test","www.example.test","a@example.test","192.0.2.1"]"#
    );
    let fingerprint = "c.fingerPrint.slice(0, 4).map((b) => b.toString(16).padStart(2, '0')).join('').toUpperCase()";
    assert_eq!(bed.eval::<String>(fingerprint), "3B6C94EA");
    assert_eq!(
        bed.json("[x509.getSubject(ec).commonName, x509.parse(ec).publicKey.key.curve, x509.parse(ec).publicKey.key.x.length, x509.parse(ec).signatureAlgorithm]"),
        r#"["ec.test","P-256",32,"ECDSA-SHA256"]"#
    );
    assert!(
        bed.try_eval::<bool>("x509.parse('no certificate')")
            .unwrap_err()
            .contains("failed to parse")
    );
}
