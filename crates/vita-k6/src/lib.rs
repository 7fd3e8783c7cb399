//! Runs k6 scripts: a JavaScript runtime for each virtual user, in a coroutine.
