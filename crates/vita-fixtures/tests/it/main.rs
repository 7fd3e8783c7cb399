//! The fixtures hold what they promise to the tests that use them.

mod postgres;
