use crate::bed::Bed;

const PAGE: &str = r#"var doc = require('k6/html').parseHTML(`<!doctype html><html lang="en"><head><title>T &amp; U</title></head>
<body><h1 id="top" class="a b">Head</h1>
<ul><li class="x">one</li><li>two</li><li class="x y">three</li></ul>
<p data-user-id="7" data-tags='["a"]' data-name="n">text <b>bold</b><!-- note --></p>
<a href="/first?q=1" target="_blank">first</a>
<form id="f" action="/go" method="post"><input name="csrf" type="hidden" value="t&amp;k">
<input name="c" type="checkbox" checked><input name="d" type="checkbox"><input type="submit" name="s" value="Send">
<textarea name="t">a b</textarea><select name="one"><option>o1</option><option selected value="v2">o2</option></select>
<select name="many" multiple><option selected>m1</option><option>m2</option><option selected>m3</option></select>
<input name="off" disabled value="1"></form></body></html>`);
var items = doc.find('li');"#;

fn page() -> Bed {
    let bed = Bed::new();
    bed.eval::<()>(PAGE);
    bed
}

/// Each expression, and its value as JSON.
fn check(cases: &[(&str, &str)]) {
    let bed = page();
    for (expression, value) in cases {
        assert_eq!(bed.json(expression), *value, "{expression}");
    }
}

#[test]
fn selections_walk_like_jquery() {
    check(&[
        ("items.size()", "3"),
        ("doc.find('title').text()", "\"T & U\""),
        ("doc.find('ul').children('.x').size()", "2"),
        ("doc.find('ul').contents().size()", "3"),
        ("items.eq(1).text()", "\"two\""),
        ("items.eq(-1).text()", "\"three\""),
        ("items.eq(9).size()", "0"),
        ("items.first().next().text()", "\"two\""),
        ("items.first().nextAll().size()", "2"),
        ("items.first().nextUntil('.y').text()", "\"two\""),
        ("items.last().prev().text()", "\"two\""),
        ("items.last().prevAll().eq(0).text()", "\"two\""),
        ("items.last().prevUntil('.x').size()", "1"),
        ("items.eq(1).siblings('.y').text()", "\"three\""),
        ("items.parent().size()", "1"),
        ("items.first().parents().size()", "3"),
        ("items.first().parentsUntil('html').size()", "2"),
        ("items.closest('body').size()", "1"),
        ("items.first().closest('li').text()", "\"one\""),
        ("doc.single('li').text()", "\"one\""),
        ("doc.find('body').has('b').size()", "1"),
        ("items.has('b').size()", "0"),
        ("items.not('.x').text()", "\"two\""),
        ("items.filter('.y').end().size()", "3"),
        ("items.is('.y')", "true"),
        ("items.add('h1').size()", "4"),
        ("items.add(doc.find('p')).last().text()", "\"text bold\""),
        ("items.slice(1, 3).size()", "2"),
        ("items.slice(-1).text()", "\"three\""),
        ("items.index()", "0"),
        ("items.last().index()", "2"),
        ("items.index(items.eq(1))", "1"),
        ("doc.find('[[[').size()", "0"),
        ("doc.find().size()", "0"),
    ]);
}

#[test]
fn functions_see_an_index_and_an_element() {
    check(&[
        (
            "items.map((i, el) => i + el.text())",
            r#"["0one","1two","2three"]"#,
        ),
        ("items.filter((i, el) => el.text() !== 'two').size()", "2"),
        (
            "(() => { const seen = []; items.each((i, el) => seen.push(el.nodeName() + el.text())); return seen })()",
            r#"["lione","litwo","lithree"]"#,
        ),
        ("items.toArray().length", "3"),
        ("items.get().length", "3"),
        ("items.get(2).getAttribute('class')", "\"x y\""),
        ("items.get(-1).textContent()", "\"three\""),
    ]);
    let thrown = page().try_eval::<bool>("items.each(() => { throw new Error('mine') })");
    assert!(thrown.unwrap_err().contains("mine"));
}

#[test]
fn contents_attributes_and_data_are_read() {
    check(&[
        ("doc.find('p').html()", "\"text <b>bold</b><!-- note -->\""),
        ("doc.find('none').html() === undefined", "true"),
        ("doc.find('a').attr('href')", "\"/first?q=1\""),
        ("doc.find('a').attr('nope') === undefined", "true"),
        ("doc.find('a').attr('nope', 'else')", "\"else\""),
        ("doc.find('p').data('user-id')", "7"),
        ("doc.find('p').data('userId')", "7"),
        (
            "doc.find('p').data()",
            r#"{"name":"n","tags":["a"],"userId":7}"#,
        ),
    ]);
}

#[test]
fn forms_are_serialized_like_jquery() {
    check(&[
        (
            "doc.find('form').serialize()",
            "\"csrf=t%26k&c=on&t=a+b&one=v2&many=m1&many=m3\"",
        ),
        (
            "doc.find('form').serializeArray()[0]",
            r#"{"name":"csrf","value":"t&k"}"#,
        ),
        ("doc.find('form').serializeObject().one", "\"v2\""),
        ("doc.find('select').eq(1).val()", r#"["m1","m3"]"#),
        ("doc.find('textarea').val()", "\"a b\""),
        ("doc.find('h1').val() === undefined", "true"),
    ]);
}

#[test]
fn elements_answer_as_in_the_dom() {
    check(&[
        ("doc.find('h1').get(0).id()", "\"top\""),
        ("doc.find('h1').get(0).className()", "\"a b\""),
        ("doc.find('h1').get(0).classList()", r#"["a","b"]"#),
        ("doc.find('h1').get(0).nodeType()", "1"),
        ("doc.find('h1').get(0).attributes().id.value", "\"top\""),
        (
            "doc.find('h1').get(0).toString()",
            "\"<h1 class=\\\"a b\\\" id=\\\"top\\\">Head</h1>\"",
        ),
        (
            "doc.find('li').get(0).nextElementSibling().textContent()",
            "\"two\"",
        ),
        (
            "doc.find('li').get(0).previousSibling() === undefined",
            "true",
        ),
        (
            "doc.find('li').get(1).parentNode().childElementCount()",
            "3",
        ),
        (
            "doc.find('ul').get(0).querySelector('.y').textContent()",
            "\"three\"",
        ),
        ("doc.find('ul').get(0).querySelectorAll('li').length", "3"),
        (
            "doc.find('ul').get(0).getElementsByClassName('y x').length",
            "1",
        ),
        (
            "doc.find('body').get(0).getElementsByTagName('LI').length",
            "3",
        ),
        ("doc.find('ul').get(0).contains(items.get(1))", "true"),
        ("items.get(1).isSameNode(items.get(1))", "true"),
        ("items.get(1).isEqualNode(items.get(0))", "false"),
        ("items.get(0).lang()", "\"en\""),
        ("items.get(0).matches('ul > .x')", "true"),
        ("doc.find('input').get(1).checked()", "true"),
        ("doc.find('input').get(0).value()", "\"t&k\""),
        ("doc.find('p').get(0).firstChild().nodeValue()", "\"text \""),
        ("doc.find('p').get(0).lastChild().nodeType()", "8"),
    ]);
}

#[test]
fn hostile_documents_and_selectors_are_bounded() {
    let bed = page();
    let deep = bed.try_eval::<bool>("require('k6/html').parseHTML('<div>'.repeat(100000))");
    assert!(deep.unwrap_err().contains("nests more than 1024"));
    let large = bed.try_eval::<bool>("require('k6/html').parseHTML('x'.repeat(17 * 1024 * 1024))");
    assert!(large.unwrap_err().contains("larger than"));
    for (expression, value) in [
        ("doc.find(':not('.repeat(5000)).size()", "0"),
        ("doc.find('a '.repeat(50000)).size()", "0"),
        (
            "require('k6/html').parseHTML('<b><i>'.repeat(400)).find('i b i').size()",
            "399",
        ),
        (
            "require('k6/html').parseHTML('<p><table><a><svg></p>\\u0000<![CDATA[').find('*').size() > 0",
            "true",
        ),
        (
            "require('k6/html').parseHTML('\\uD800<p>x').find('p').text()",
            "\"x\"",
        ),
        (
            "(() => { let s = items; for (let i = 0; i < 50000; i++) s = s.first(); return s.size() })()",
            "1",
        ),
    ] {
        assert_eq!(bed.json(expression), value, "{expression}");
    }
    assert!(bed.try_eval::<bool>("items.text.call({})").is_err());
}
