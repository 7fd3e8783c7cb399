use crate::bed::Bed;
use vita_k6_modules::{jslib_names, jslib_source, lookup_module, module_names};

/// Native code may begin when a script has used nearly all of its stack. This is what is left for it
/// at least; a build without optimisation takes some three times as much as a released one.
const NATIVE_STACK_BYTES: usize = 512 * 1024;

#[test]
fn every_module_has_what_it_names() {
    let bed = Bed::new();
    for name in module_names() {
        // `require` asserts that no export is undefined.
        assert_eq!(
            bed.eval::<String>(&format!("typeof require('{name}')")),
            "object"
        );
    }
}

#[test]
fn hostile_calls_stay_on_a_small_stack() {
    let thread = std::thread::Builder::new().stack_size(NATIVE_STACK_BYTES);
    let run = || {
        let bed = Bed::new();
        bed.limit_stack(128 * 1024);
        for script in [
            "require('k6/html').parseHTML('<div>'.repeat(1000) + 'x').find('div '.repeat(60)).html().length",
            "require('k6/html').parseHTML('<b><i>'.repeat(500)).find('i + b ~ i > b').size()",
            "require('k6/html').parseHTML('<div>'.repeat(1000)).find('*').last().parents().text().length",
            "require('k6/html').parseHTML('<p>').find(':not('.repeat(16) + 'a' + ')'.repeat(16)).size()",
            "new (require('k6/data').SharedArray)('deep', () => [JSON.parse('['.repeat(100) + ']'.repeat(100))])[0].length",
            "require('k6/crypto').sha512('x'.repeat(1e6), 'hex').length",
        ] {
            bed.eval::<f64>(script);
        }
        bed.eval_async::<bool>(
            "const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-521' }, true, ['sign', 'verify']);
             const by = { name: 'ECDSA', hash: 'SHA-512' }; const data = new Uint8Array(9);
             return crypto.subtle.verify(by, pair.publicKey, await crypto.subtle.sign(by, pair.privateKey, data), data)",
        )
        .unwrap()
    };
    assert!(thread.spawn(run).unwrap().join().unwrap());
}

/// The page that says what works.
const COVERAGE: &str = include_str!("../../../../docs/load-testing/coverage.md");

fn is_documented(name: &str) -> bool {
    COVERAGE.contains(&format!("`{name}`"))
}

#[test]
fn the_page_of_what_works_has_every_export() {
    for name in module_names().filter(|name| name.starts_with("k6/")) {
        assert!(is_documented(name), "{name}");
        let exports = lookup_module(name).unwrap().exports();
        // The readers and writers of streams go by one name there.
        for export in exports.iter().filter(|it| !it.contains("Default")) {
            assert!(is_documented(export), "{name}: {export}");
        }
    }
    for library in jslib_names() {
        let row = format!("| `{library}` |");
        let row = COVERAGE
            .lines()
            .find(|line| line.starts_with(&row))
            .unwrap();
        let source =
            jslib_source(&format!("https://jslib.k6.io/{library}/1.0.0/index.js")).unwrap();
        let declared = source.lines().filter_map(|line| {
            let rest = line.strip_prefix("export ")?;
            let rest = ["function ", "class ", "const "]
                .iter()
                .find_map(|kind| rest.strip_prefix(kind))?;
            rest.split(|c: char| !c.is_alphanumeric()).next()
        });
        for export in declared {
            assert!(row.contains(&format!("`{export}`")), "{library}: {export}");
        }
    }
}
