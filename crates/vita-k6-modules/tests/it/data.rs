use crate::bed::Bed;
use std::sync::Arc;

const USERS: &str = "var made = 0;
    const { SharedArray } = require('k6/data');
    var users = new SharedArray('users', () => {
        made += 1;
        return [{ name: 'ada' }, { name: 'bob' }, { name: 'eve' }];
    });";

#[test]
fn a_shared_array_looks_like_an_array() {
    let bed = Bed::new();
    bed.eval::<()>(USERS);
    let seen = bed.json(
        "[users.length, users[1].name, users[7] === undefined, Array.isArray(users), 1 in users, 3 in users,
          users.map((u) => u.name).join(), [...users].length, users.filter((u) => u.name < 'c').length,
          Object.keys(users), users.slice(-1)[0].name, users.indexOf('x'), users instanceof SharedArray]",
    );
    assert_eq!(
        seen,
        r#"[3,"bob",true,true,true,false,"ada,bob,eve",3,2,["0","1","2"],"eve",-1,true]"#
    );
    assert_eq!(
        bed.json("users"),
        r#"[{"name":"ada"},{"name":"bob"},{"name":"eve"}]"#
    );
}

#[test]
fn it_is_built_once_for_all_contexts_of_a_process() {
    let shared = Arc::default();
    let first = Bed::with_files(&[], &shared);
    first.eval::<()>(USERS);
    assert_eq!(first.eval::<i32>("made"), 1);
    let second = Bed::with_files(&[], &shared);
    second.eval::<()>(USERS);
    assert_eq!(second.eval::<i32>("made"), 0);
    assert_eq!(second.eval::<String>("users[2].name"), "eve");
}

#[test]
fn it_cannot_be_changed() {
    let bed = Bed::new();
    bed.eval::<()>(USERS);
    for change in [
        "users[0] = 1",
        "users.length = 0",
        "users.push(1)",
        "delete users[0]",
        "users.reverse()",
        "Object.defineProperty(users, '9', { value: 1 })",
    ] {
        let error = bed
            .try_eval::<rquickjs::Coerced<String>>(change)
            .map(|v| v.0)
            .unwrap_err();
        assert!(error.contains("immutable"), "{change}: {error}");
    }
    let error = bed.try_eval::<String>("users[0].name = 'changed'");
    assert!(error.unwrap_err().contains("read-only"));
    assert_eq!(bed.eval::<String>("users[0].name"), "ada");
}

#[test]
fn elements_are_frozen_however_deep() {
    let bed = Bed::new();
    bed.eval::<()>(
        "const { SharedArray } = require('k6/data');
        let nested = [];
        for (let at = 0; at < 300; at++) nested = [nested];
        var deep = new SharedArray('deep', () => [nested, { text: '\\ud800', inner: {} }]);",
    );
    let frozen = "var inner = deep[0], all = true;
        while (inner !== undefined) { all = all && Object.isFrozen(inner); inner = inner[0]; }
        all && Object.isFrozen(deep[1].inner)";
    assert!(bed.eval::<bool>(frozen));
}

#[test]
fn wrong_arguments_and_a_wrong_moment_are_refused() {
    let bed = Bed::new();
    for (script, message) in [
        (
            "new (require('k6/data').SharedArray)('', () => [])",
            "empty name",
        ),
        (
            "new (require('k6/data').SharedArray)('a', 3)",
            "a function is expected",
        ),
        (
            "new (require('k6/data').SharedArray)('a', () => 3)",
            "only arrays",
        ),
        (
            "new (require('k6/data').SharedArray)('a', async () => [])",
            "async",
        ),
        (
            "const c = []; c.push(c); new (require('k6/data').SharedArray)('a', () => c)",
            "circular",
        ),
    ] {
        let error = bed.try_eval::<bool>(script).unwrap_err();
        assert!(error.contains(message), "{script}: {error}");
    }
    bed.end_init();
    let error = bed.try_eval::<bool>("new (require('k6/data').SharedArray)('a', () => [])");
    assert!(error.unwrap_err().contains("init context"));
}
