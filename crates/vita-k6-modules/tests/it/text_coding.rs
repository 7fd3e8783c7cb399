use crate::bed::Bed;

#[test]
fn texts_and_bytes_are_made_of_each_other() {
    let bed = Bed::new();
    for (expression, value) in [
        (
            "Array.from(new TextEncoder().encode('é€😀'))",
            "[195,169,226,130,172,240,159,152,128]",
        ),
        ("new TextEncoder().encode().length", "0"),
        (
            "Array.from(new TextEncoder().encode('\\uD800'))",
            "[239,191,189]",
        ),
        (
            "new TextEncoder().encodeInto('é€', new Uint8Array(4))",
            r#"{"read":1,"written":2}"#,
        ),
        (
            "new TextDecoder().decode(new Uint8Array([239, 187, 191, 97]))",
            "\"a\"",
        ),
        (
            "new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([239, 187, 191, 97])).length",
            "2",
        ),
        (
            "new TextDecoder().decode(new Uint8Array([97, 255]))",
            "\"a\u{FFFD}\"",
        ),
        (
            "new TextDecoder('utf-16le').decode(new Uint8Array([61, 216, 0, 222]))",
            "\"😀\"",
        ),
        (
            "new TextDecoder('latin1').decode(new Uint8Array([128, 233]))",
            "\"€é\"",
        ),
        ("new TextDecoder('UTF8').encoding", "\"utf-8\""),
        (
            "[new TextEncoder() instanceof TextEncoder, new TextDecoder().constructor === TextDecoder, 1 instanceof TextDecoder]",
            "[true,true,false]",
        ),
        ("new TextDecoder().decode()", "\"\""),
    ] {
        assert_eq!(bed.json(expression), value, "{expression}");
    }
}

#[test]
fn streams_keep_what_is_not_complete() {
    let bed = Bed::new();
    for coding in ["utf-8", "utf-16le", "utf-16be"] {
        let script = format!(
            "(() => {{ const d = new TextDecoder('{coding}'); let text = '';
               const bytes = {{ 'utf-8': [239, 187, 191, 240, 159, 152, 128, 97], 'utf-16le': [61, 216, 0, 222, 97, 0],
                 'utf-16be': [216, 61, 222, 0, 0, 97] }}['{coding}'];
               for (const b of bytes) text += d.decode(new Uint8Array([b]), {{ stream: true }});
               return text + d.decode() }})()"
        );
        let seen = bed.json(&script);
        assert!(seen.ends_with("😀a\""), "{coding}: {seen}");
    }
}

#[test]
fn what_is_wrong_throws() {
    let bed = Bed::new();
    for script in [
        "new TextDecoder('klingon')",
        "new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255]))",
        "new TextDecoder('utf-16le', { fatal: true }).decode(new Uint8Array([0, 216]))",
        "new TextDecoder().decode('text')",
        "new TextEncoder().encodeInto('x', {})",
        "TextDecoder.prototype.decode.call({}, 1)",
    ] {
        assert!(bed.try_eval::<bool>(script).is_err(), "{script}");
    }
}

#[test]
fn random_values_have_the_limit_of_the_specification() {
    let bed = Bed::new();
    assert_eq!(
        bed.eval::<i32>("crypto.getRandomValues(new Uint32Array(9)).length"),
        9
    );
    assert!(bed.eval::<bool>("crypto.getRandomValues(new Uint8Array(65536)).some((b) => b !== 0)"));
    for (argument, name) in [
        ("new Uint8Array(65537)", "QuotaExceededError"),
        ("new Float32Array(1)", "TypeMismatchError"),
        ("new ArrayBuffer(1)", "TypeMismatchError"),
        ("'x'", "TypeMismatchError"),
    ] {
        let script =
            format!("try {{ crypto.getRandomValues({argument}); '' }} catch (e) {{ e.name }}");
        assert_eq!(bed.eval::<String>(&script), name, "{argument}");
    }
    let id: String = bed.eval("crypto.randomUUID()");
    assert_eq!((id.len(), &id[14..15]), (36, "4"));
    assert!(
        bed.eval::<bool>("crypto === globalThis.crypto && (globalThis.crypto = 1, crypto === 1)")
    );
}
