//! Promises of work that is done at once.

use rquickjs::{Ctx, Exception, IntoJs, Result, Value};

/// A promise that is settled already, with what `work` gives or throws.
pub(crate) fn settled<'js, T: IntoJs<'js>>(
    ctx: &Ctx<'js>,
    work: impl FnOnce(&Ctx<'js>) -> Result<T>,
) -> Result<Value<'js>> {
    let (promise, resolve, reject) = ctx.promise()?;
    match work(ctx).and_then(|value| value.into_js(ctx)) {
        Ok(value) => resolve.call::<_, ()>((value,))?,
        Err(error) => {
            let thrown = if error.is_exception() {
                ctx.catch()
            } else {
                Exception::from_message(ctx.clone(), &error.to_string())?.into_value()
            };
            reject.call::<_, ()>((thrown,))?;
        }
    }
    Ok(promise.into_value())
}
