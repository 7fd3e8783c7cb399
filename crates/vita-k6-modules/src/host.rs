//! What the modules may know of their surroundings.

use crate::classes::Held;
use crate::data::SharedArrays;
use rquickjs::{Ctx, Error, Exception, Result};
use std::rc::Rc;
use std::sync::Arc;

/// The surroundings of a context: whoever runs scripts implements it.
pub trait Host: 'static {
    /// Fills `bytes` with random bytes that are fit for secrets.
    fn fill_random(&self, bytes: &mut [u8]);

    /// Whether the script's init code runs at the moment.
    fn is_init(&self) -> bool;

    /// The bytes of a file that a script names, relative to the script.
    ///
    /// # Errors
    /// The message for the script, when the file can't be read or may not be.
    fn read_file(&self, path: &str) -> std::result::Result<Arc<[u8]>, String>;

    /// The arrays that all virtual users of the process share.
    fn shared_arrays(&self) -> Arc<SharedArrays>;
}

/// Tells the modules in the runtime of `ctx` who their host is; once, before any is built.
pub fn set_host(ctx: &Ctx<'_>, host: Rc<dyn Host>) -> Result<()> {
    ctx.store_userdata(Held(host))
        .map(drop)
        .map_err(|_| Error::Unknown)
}

/// The host of the context's runtime.
pub(crate) fn host(ctx: &Ctx<'_>) -> Result<Rc<dyn Host>> {
    match ctx.userdata::<Held<Rc<dyn Host>>>() {
        Some(held) => Ok(Rc::clone(&held.0)),
        None => Err(Exception::throw_internal(ctx, "the modules have no host")),
    }
}
