use crate::bed::Bed;
use vita_k6_modules::erase_types;

fn erased(source: &str) -> String {
    erase_types(source, "test.ts").unwrap_or_else(|error| panic!("{error}\n{source}"))
}

/// Each source, and what is left of it with runs of blanks as one.
fn check(cases: &[(&str, &str)]) {
    for (source, left) in cases {
        let words: Vec<String> = erased(source)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        assert_eq!(words.join(" "), *left, "{source}");
    }
}

#[test]
fn types_leave_blanks() {
    check(&[
        ("let a: number = 1;", "let a = 1;"),
        ("let a!: number;", "let a ;"),
        (
            "const f = (x: number, y?: string): void => {};",
            "const f = (x , y ) => {};",
        ),
        (
            "function f<T extends U>(this: Foo, a: T): a is B { return a as T; }",
            "function f ( a ) { return a ; }",
        ),
        ("interface A { b: string }\nlet c = 1", "; let c = 1"),
        ("type A = { b: string } | null;", ";"),
        ("declare const x: number; f()", "; f()"),
        ("declare module 'k6' { export const a: number }", ";"),
        ("x!.y!()", "x .y ()"),
        ("foo<string>(1); new Bar<number>()", "foo (1); new Bar ()"),
        ("const v = <any>w;", "const v = w;"),
        ("const v = { a: 1 } satisfies A;", "const v = { a: 1 } ;"),
        ("import type { A } from './a'; export type { A };", "; ;"),
        (
            "import { type A, b } from './a'; b()",
            "import { b } from './a'; b()",
        ),
        (
            "import a, { B } from './a'; let c: B = a;",
            "import a, { } from './a'; let c = a;",
        ),
        (
            "import { Options } from 'k6/options'; export const o: Options = {};",
            "; export const o = {};",
        ),
        ("import './side-effect';", "import './side-effect';"),
        (
            "type A = 1; const b = 2; export { A, b };",
            "; const b = 2; export { b };",
        ),
    ]);
}

#[test]
fn types_of_functions_and_classes_leave_blanks() {
    check(&[
        (
            "export default function f(a?: number): void {}",
            "export default function f(a ) {}",
        ),
        (
            "function f(a: string): void; function f(a: any) {}",
            "; function f(a ) {}",
        ),
        (
            "export abstract class A<T> extends B<T> implements C, D { }",
            "export class A extends B { }",
        ),
        (
            "class A { private readonly a: number = 1; static b?: string; declare c: x; [k: string]: any; abstract d(): void }",
            "class A { ; a = 1; static b ; ; ; ; ; }",
        ),
        (
            "class A { private *g() {} public async h?(): Promise<void> {} }",
            "class A { ; *g() {} ; async h () {} }",
        ),
        ("const a = b as any\n[1].map(f)", "const a = b; [1].map(f)"),
        ("try {} catch (e: unknown) {}", "try {} catch (e ) {}"),
        (
            "import x = require('y'); x()",
            "const x = require('y'); x()",
        ),
        ("namespace N { export interface A {} }", ";"),
        (
            "for (const x of y as number[]) {}",
            "for (const x of y ) {}",
        ),
    ]);
}

#[test]
fn lines_and_columns_stay() {
    let source =
        "interface A {\n  b: string;\n}\nfunction f(a: A): never {\n  throw new Error(a!.b);\n}\n";
    let text = erased(source);
    assert_eq!(text.lines().count(), source.lines().count());
    let thrown = "throw new Error(a";
    assert_eq!(text.find(thrown), source.find(thrown));
}

#[test]
fn enums_and_parameter_properties_get_their_code() {
    let bed = Bed::new();
    bed.eval::<()>(&erased(
        "enum Color { Red, Green = 5, Blue, Mixed = Red | Blue, Name = 'n' }
         class P { constructor(private readonly x: number, public y = 2, z?: number) { } }
         class Q extends P { constructor(public q: string) { super(1)
           this.seen = this.q; } seen: string }
         var seen: any = [Color.Red, Color.Blue, Color.Mixed, Color[5], Color.Name, Color['n' as any],
           new P(7), new Q('r')];",
    ));
    assert_eq!(
        bed.json("seen"),
        r#"[0,6,6,"Green","n",null,{"x":7,"y":2},{"x":1,"y":2,"seen":"r","q":"r"}]"#
    );
}

#[test]
fn what_needs_more_than_erasing_is_refused_with_its_place() {
    for (source, message) in [
        (
            "let a = 1;\n  namespace N { export const b = 1 }",
            "a.ts:2:3: namespaces with values",
        ),
        ("@d class A {}", "a.ts:1:1: decorators"),
        ("let a: = 1", "a.ts:1:8: "),
        (
            "class A extends B { constructor(private a: number) { foo(super()) } }",
            "super(…)",
        ),
    ] {
        let error = erase_types(source, "a.ts").unwrap_err().to_string();
        assert!(error.contains(message), "{source}: {error}");
    }
}

#[test]
fn hostile_sources_end_in_an_error_or_a_text() {
    let deep = |part: &str, count: usize, end: &str| part.repeat(count) + "1" + &end.repeat(count);
    for source in [
        deep("(", 50_000, ")"),
        deep("[", 900, "]"),
        deep("!", 100_000, ""),
        deep("a=>", 50_000, ""),
        deep("a?b:", 50_000, ""),
        deep("if(a)", 50_000, ""),
        deep("1+", 100_000, ""),
        deep("typeof ", 50_000, ""),
        format!("let a: {} = 1", deep("A<", 20_000, ">")),
        format!("let a: {}1", "keyof ".repeat(50_000)),
        format!("/`/; {}", deep("(", 20_000, ")")),
        // Strings that hold closing brackets hide how deep it is.
        format!(
            "{}1",
            format!("{}\"{}\"+", "(".repeat(900), ")".repeat(900)).repeat(60)
        ),
        format!(
            "{}1",
            format!("{}`{}`+", "a=[".repeat(900), "]".repeat(900)).repeat(60)
        ),
        format!(
            "let a: {}1",
            format!("{}'{}'|", "[".repeat(900), "]".repeat(900)).repeat(60)
        ),
        "\u{0}\u{2028}\u{FEFF}".repeat(100),
        " ".repeat(600_000),
    ] {
        // Whether it is refused is the parser's choice; that it comes back is the test.
        if let Err(error) = erase_types(&source, "a.ts") {
            assert!(error.line >= 1 && !error.message.is_empty());
        }
    }
}
