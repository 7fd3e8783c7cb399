use crate::bed::Bed;
use std::sync::Arc;

fn bed() -> Bed {
    let bed = Bed::with_files(&[("dir/a.txt", "0123456789")], &Arc::default());
    bed.eval::<()>("var { open, SeekMode } = require('k6/experimental/fs')");
    bed
}

#[test]
fn files_are_read_in_pieces() {
    let seen: String = bed()
        .eval_async(
            "const file = await open('dir/a.txt'); const buffer = new Uint8Array(4); const seen = [];
             for (;;) { const n = await file.read(buffer); seen.push(n); if (n === null) break;
               seen.push(String.fromCharCode(...buffer.subarray(0, n))); }
             seen.push(await file.seek(-3, SeekMode.End), await file.read(buffer), (await file.stat()).name,
               (await file.stat()).size, file.path, await file.seek(2), await file.seek(1, SeekMode.Current));
             return JSON.stringify(seen)",
        )
        .unwrap();
    assert_eq!(
        seen,
        r#"[4,"0123",4,"4567",2,"89",null,7,3,"a.txt",10,"dir/a.txt",2,3]"#
    );
}

#[test]
fn failures_are_rejections() {
    for (script, message) in [
        ("await open('nope')", "no such file"),
        ("await open()", "needs the path"),
        ("await (await open('dir/a.txt')).seek(11)", "outside"),
        ("await (await open('dir/a.txt')).seek('x')", "whole number"),
        ("await (await open('dir/a.txt')).seek(0, 9)", "SeekMode"),
        ("await (await open('dir/a.txt')).read('x')", "Uint8Array"),
        (
            "const b = new Uint8Array(4); b.buffer.transfer(); await (await open('dir/a.txt')).read(b)",
            "",
        ),
    ] {
        // A detached buffer has no room, so nothing is read; the others say what is wrong.
        let result = bed().eval_async::<rquickjs::Coerced<String>>(script);
        if !message.is_empty() {
            let error = result.map(|it| it.0).unwrap_err();
            assert!(error.contains(message), "{script}: {error}");
        }
    }
    let late = bed();
    late.end_init();
    let error = late
        .eval_async::<bool>("await open('dir/a.txt')")
        .unwrap_err();
    assert!(error.contains("init context"));
}
