use crate::bed::Bed;

const PRELUDE: &str = "const s = crypto.subtle;
  const hex = (b) => Array.from(new Uint8Array(b)).map((x) => x.toString(16).padStart(2, '0')).join('');
  const un = (h) => Uint8Array.from((h.match(/../g) ?? []).map((x) => parseInt(x, 16)));
  const txt = (t) => new TextEncoder().encode(t);
  const raw = (h, alg, ...usages) => s.importKey('raw', un(h), alg, true, usages);";

fn run(body: &str) -> String {
    let value: Result<String, String> = Bed::new().eval_async(&format!("{PRELUDE} {body}"));
    value.unwrap_or_else(|error| panic!("{error}\n{body}"))
}

#[test]
fn digests_are_the_published_ones() {
    // FIPS 180-4, NIST's examples.
    assert_eq!(
        run("return hex(await s.digest('SHA-1', txt('abc')))"),
        "a9993e364706816aba3e25717850c26c9cd0d89d"
    );
    assert_eq!(
        run("return hex(await s.digest({ name: 'sha-256' }, txt('abc').buffer))"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn hmac_signs_verifies_and_travels() {
    // RFC 4231 §4.3.
    assert_eq!(
        run("const k = await s.importKey('raw', txt('Jefe'), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
             const sig = await s.sign('HMAC', k, txt('what do ya want for nothing?'));
             const jwk = await s.exportKey('jwk', k); const again = await s.importKey('jwk', jwk, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
             return [hex(sig), await s.verify('HMAC', again, sig, txt('what do ya want for nothing?')), await s.verify('HMAC', again, sig, txt('x')), jwk.alg, k.algorithm.length].join()"),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843,true,false,HS256,32"
    );
}

#[test]
fn aes_gives_the_published_blocks() {
    // NIST SP 800-38A F.2.1 and F.5.1, first block.
    let key = "2b7e151628aed2a6abf7158809cf4f3c";
    let plain = "6bc1bee22e409f96e93d7e117393172a";
    assert_eq!(
        run(&format!("const k = await raw('{key}', 'AES-CBC', 'encrypt', 'decrypt'); const alg = {{ name: 'AES-CBC', iv: un('000102030405060708090a0b0c0d0e0f') }};
             const c = await s.encrypt(alg, k, un('{plain}')); return [hex(c).slice(0, 32), c.byteLength, hex(await s.decrypt(alg, k, c))].join()")),
        format!("7649abac8119b246cee98e9b12e9197d,32,{plain}")
    );
    assert_eq!(
        run(&format!("const k = await raw('{key}', 'AES-CTR', 'encrypt', 'decrypt'); const alg = {{ name: 'AES-CTR', counter: un('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'), length: 64 }};
             const c = await s.encrypt(alg, k, un('{plain}')); return [hex(c), hex(await s.decrypt(alg, k, c))].join()")),
        format!("874d6191b620e3261bef6864990db6ce,{plain}")
    );
    // The GCM specification's test cases 2 and 4 (McGrew and Viega).
    assert_eq!(
        run("const k = await raw('00'.repeat(16), 'AES-GCM', 'encrypt', 'decrypt'); const alg = { name: 'AES-GCM', iv: new Uint8Array(12) };
             const c = await s.encrypt(alg, k, new Uint8Array(16)); const wrong = new Uint8Array(c).slice(); wrong[0] ^= 1;
             const refused = await s.decrypt(alg, k, wrong).catch((e) => e.name);
             return [hex(c), hex(await s.decrypt(alg, k, c)), refused].join()"),
        "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf,00000000000000000000000000000000,OperationError"
    );
    assert_eq!(
        run("const k = await raw('feffe9928665731c6d6a8f9467308308', 'AES-GCM', 'encrypt');
             const c = await s.encrypt({ name: 'AES-GCM', iv: un('cafebabefacedbaddecaf888'), additionalData: un('feedfacedeadbeeffeedfacedeadbeefabaddad2') }, k,
               un('d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39'));
             return hex(c).slice(-32)"),
        "5bc94fbc3221a5db94fae95ae7121a47"
    );
}

#[test]
fn keys_are_derived_as_published() {
    // RFC 7914 §11.
    assert_eq!(
        run("const k = await s.importKey('raw', txt('passwd'), 'PBKDF2', false, ['deriveBits', 'deriveKey']);
             const alg = { name: 'PBKDF2', hash: 'SHA-256', salt: txt('salt'), iterations: 1 };
             const aes = await s.deriveKey(alg, k, { name: 'AES-GCM', length: 128 }, true, ['encrypt']);
             return [hex(await s.deriveBits(alg, k, 512)), hex(await s.exportKey('raw', aes))].join()"),
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783,55ac046e56e3089fec1691c22544b605"
    );
    // RFC 5869 appendix A.1.
    assert_eq!(
        run("const k = await s.importKey('raw', un('0b'.repeat(22)), 'HKDF', false, ['deriveBits']);
             return hex(await s.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: un('000102030405060708090a0b0c'), info: un('f0f1f2f3f4f5f6f7f8f9') }, k, 336))"),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    );
}

#[test]
fn elliptic_keys_sign_agree_and_travel() {
    for (curve, hash) in [
        ("P-256", "SHA-256"),
        ("P-384", "SHA-384"),
        ("P-521", "SHA-512"),
    ] {
        assert_eq!(
            run(&format!(
                "const alg = {{ name: 'ECDSA', namedCurve: '{curve}' }}; const by = {{ name: 'ECDSA', hash: '{hash}' }};
                 const pair = await s.generateKey(alg, true, ['sign', 'verify']); const results = [];
                 for (const [privateFormat, publicFormat] of [['pkcs8', 'spki'], ['jwk', 'jwk'], ['pkcs8', 'raw']]) {{
                   const a = await s.importKey(privateFormat, await s.exportKey(privateFormat, pair.privateKey), alg, true, ['sign']);
                   const b = await s.importKey(publicFormat, await s.exportKey(publicFormat, pair.publicKey), alg, true, ['verify']);
                   const sig = await s.sign(by, a, txt('m')); results.push(await s.verify(by, b, sig, txt('m')), await s.verify(by, b, sig, txt('n')));
                 }}
                 const dh = {{ name: 'ECDH', namedCurve: '{curve}' }};
                 const [x, y] = [await s.generateKey(dh, true, ['deriveBits']), await s.generateKey(dh, true, ['deriveBits'])];
                 const one = await s.deriveBits({{ name: 'ECDH', public: y.publicKey }}, x.privateKey, 256);
                 const two = await s.deriveBits({{ name: 'ECDH', public: x.publicKey }}, y.privateKey, 256);
                 return [results.join(), hex(one) === hex(two), pair.publicKey.type, pair.privateKey.usages.join()].join()"
            )),
            "true,false,true,false,true,false,true,public,sign",
            "{curve}"
        );
    }
}

#[test]
fn rsa_keys_sign_encrypt_and_travel() {
    assert_eq!(
        run("const base = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }; const seen = [];
             const made = await s.generateKey({ name: 'RSA-PSS', ...base }, true, ['sign', 'verify']);
             const [pkcs8, spki, jwk, pub] = [await s.exportKey('pkcs8', made.privateKey), await s.exportKey('spki', made.publicKey), await s.exportKey('jwk', made.privateKey), await s.exportKey('jwk', made.publicKey)];
             for (const [name, extra] of [['RSA-PSS', { saltLength: 32 }], ['RSASSA-PKCS1-v1_5', {}]]) {
               const [a, b] = [await s.importKey('jwk', jwk, { name, hash: 'SHA-256' }, true, ['sign']), await s.importKey('spki', spki, { name, hash: 'SHA-256' }, true, ['verify'])];
               const sig = await s.sign({ name, ...extra }, a, txt('m')); seen.push(await s.verify({ name, ...extra }, b, sig, txt('m')), await s.verify({ name, ...extra }, b, sig, txt('n')));
             }
             const [open, seal] = [await s.importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash: 'SHA-1' }, true, ['decrypt']), await s.importKey('jwk', pub, { name: 'RSA-OAEP', hash: 'SHA-1' }, true, ['encrypt'])];
             for (const label of [undefined, txt('l')]) { const alg = { name: 'RSA-OAEP', ...(label && { label }) };
               seen.push(hex(await s.decrypt(alg, open, await s.encrypt(alg, seal, un('cafe'))))); }
             return [seen.join(), made.publicKey.algorithm.modulusLength, pub.alg].join()"),
        "true,false,true,false,cafe,cafe,2048,PS256"
    );
}

fn check_rejections(cases: &[(&str, &str)]) {
    for (call, name) in cases {
        let body = format!("return await {call}.then(() => 'fulfilled', (e) => e.name)");
        assert_eq!(run(&body), *name, "{call}");
    }
}

#[test]
fn what_is_wrong_rejects_with_the_names_of_the_specification() {
    check_rejections(&[
        ("s.digest('SHA-3', txt(''))", "NotSupportedError"),
        ("s.digest('SHA-1', 'text')", "TypeError"),
        ("s.digest()", "TypeError"),
        ("s.wrapKey()", "NotSupportedError"),
        (
            "s.generateKey({ name: 'AES-CBC', length: 77 }, true, ['encrypt'])",
            "OperationError",
        ),
        (
            "s.generateKey({ name: 'AES-CBC', length: 128 }, true, ['fly'])",
            "TypeError",
        ),
        (
            "s.generateKey({ name: 'ECDSA', namedCurve: 'P-1' }, true, ['sign'])",
            "NotSupportedError",
        ),
        (
            "s.importKey('raw', un('00'), 'AES-GCM', true, ['encrypt'])",
            "DataError",
        ),
        (
            "s.importKey('raw', un('04'), { name: 'ECDH', namedCurve: 'P-256' }, true, [])",
            "DataError",
        ),
        (
            "s.importKey('pkcs8', un('3003020100'), { name: 'RSA-PSS', hash: 'SHA-256' }, true, ['sign'])",
            "DataError",
        ),
        (
            "s.importKey('spki', un('30843fffffff00'), { name: 'RSA-PSS', hash: 'SHA-256' }, true, ['verify'])",
            "DataError",
        ),
        (
            "s.importKey('jwk', { kty: 'oct', k: '%' }, { name: 'HMAC', hash: 'SHA-1' }, true, ['sign'])",
            "DataError",
        ),
        (
            "s.importKey('jwk', { get kty() { throw new RangeError('no') } }, { name: 'HMAC', hash: 'SHA-1' }, true, ['sign'])",
            "RangeError",
        ),
    ]);
}

#[test]
fn keys_are_refused_what_they_are_not_for() {
    check_rejections(&[
        (
            "raw('00'.repeat(16), 'AES-GCM', 'encrypt').then((k) => s.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, k, un('00')))",
            "InvalidAccessError",
        ),
        (
            "raw('00'.repeat(16), 'AES-GCM', 'encrypt').then((k) => s.encrypt({ name: 'AES-CBC', iv: new Uint8Array(16) }, k, un('00')))",
            "InvalidAccessError",
        ),
        (
            "raw('00'.repeat(16), 'AES-CBC', 'encrypt').then((k) => s.encrypt({ name: 'AES-CBC', iv: new Uint8Array(3) }, k, un('00')))",
            "OperationError",
        ),
        (
            "raw('00'.repeat(16), 'AES-CBC', 'decrypt').then((k) => s.decrypt({ name: 'AES-CBC', iv: new Uint8Array(16) }, k, un('00')))",
            "OperationError",
        ),
        (
            "s.importKey('raw', un('00'.repeat(16)), 'AES-CBC', false, ['encrypt']).then((k) => s.exportKey('raw', k))",
            "InvalidAccessError",
        ),
        (
            "s.importKey('raw', un('00'), 'PBKDF2', false, ['deriveBits']).then((k) => s.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: un(''), iterations: 4e9 }, k, 128))",
            "OperationError",
        ),
        ("s.exportKey('raw', {})", "TypeError"),
    ]);
}
