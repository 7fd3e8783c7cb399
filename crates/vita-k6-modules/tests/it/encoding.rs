use crate::bed::Bed;

#[test]
fn base64_follows_rfc_4648() {
    let bed = Bed::new();
    // RFC 4648 §10.
    for (plain, coded) in [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ] {
        let encoded: String = bed.eval(&format!("require('k6/encoding').b64encode('{plain}')"));
        assert_eq!(encoded, coded);
        let decoded: String = bed.eval(&format!(
            "require('k6/encoding').b64decode('{coded}', 'std', 's')"
        ));
        assert_eq!(decoded, plain);
    }
}

#[test]
fn the_four_alphabets_differ_in_padding_and_two_letters() {
    let bed = Bed::new();
    let coded = bed.json(
        "['std', 'rawstd', 'url', 'rawurl'].map((e) =>
            require('k6/encoding').b64encode(new Uint8Array([251, 255, 190, 255]), e))",
    );
    assert_eq!(coded, r#"["+/++/w==","+/++/w","-_--_w==","-_--_w"]"#);
    let back = bed.json(
        "[['+/++/w==', 'std'], ['+/++/w', 'rawstd'], ['-_--_w==', 'url'], ['-_--_w', 'rawurl']]
            .map(([text, e]) => Array.from(new Uint8Array(require('k6/encoding').b64decode(text, e))))
            .every((bytes) => bytes.join() === '251,255,190,255')",
    );
    assert_eq!(back, "true");
}

#[test]
fn buffers_views_and_odd_values_are_taken_or_refused() {
    let bed = Bed::new();
    let of_view: String = bed.eval(
        "const b = new Uint8Array([0, 102, 111, 111, 0]).buffer;
         require('k6/encoding').b64encode(new DataView(b, 1, 3))",
    );
    assert_eq!(of_view, "Zm9v");
    let lone: String = bed.eval("require('k6/encoding').b64encode('\\uD800')");
    assert_eq!(lone, "77+9");
    for bad in [
        "require('k6/encoding').b64encode(Symbol('x'))",
        "require('k6/encoding').b64encode({})",
        "require('k6/encoding').b64encode({ get buffer() { throw new Error('no') } })",
        "const d = new ArrayBuffer(8); d.transfer(); require('k6/encoding').b64encode(d)",
        "require('k6/encoding').b64decode('%%%')",
        "require('k6/encoding').b64encode({ buffer: new ArrayBuffer(2), byteOffset: 1e300, byteLength: 9 })",
    ] {
        assert!(bed.try_eval::<String>(bad).is_err(), "{bad}");
    }
}
