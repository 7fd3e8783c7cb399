//! Rust values inside of JavaScript objects.
//!
//! Values that hold nothing of a JavaScript heap need no tracing, so one implementation serves all.

pub use crate::raw::Held;
use rquickjs::class::{JsClass, Readable, Trace, Tracer};
use rquickjs::function::{Constructor, IntoJsFunc};
use rquickjs::object::Property;
use rquickjs::{Class, Ctx, Function, Object, Result, Value};

/// A Rust type whose values live in JavaScript objects of a class of its own.
pub trait Native: Sized + 'static {
    /// The name of the class in JavaScript.
    const NAME: &'static str;

    /// Adds methods and getters to the prototype, once in a runtime.
    fn define(prototype: &Object<'_>) -> Result<()>;
}

impl<'js, T: 'static> Trace<'js> for Held<T> {
    fn trace<'a>(&self, _tracer: Tracer<'a, 'js>) {}
}

impl<'js, T: Native> JsClass<'js> for Held<T> {
    const NAME: &'static str = T::NAME;
    type Mutable = Readable;

    fn prototype(ctx: &Ctx<'js>) -> Result<Option<Object<'js>>> {
        let prototype = Object::new(ctx.clone())?;
        T::define(&prototype)?;
        Ok(Some(prototype))
    }

    fn constructor(_ctx: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

/// An object that holds `value`.
pub fn hold<'js, T: Native>(ctx: &Ctx<'js>, value: T) -> Result<Class<'js, Held<T>>> {
    Class::instance(ctx.clone(), Held(value))
}

/// The object that holds a `T`, if `value` is one.
pub fn held<'js, T: Native>(value: &Value<'js>) -> Option<Class<'js, Held<T>>> {
    Class::from_object(value.as_object()?)
}

/// What a script makes a `T` with: `make`, under the class's name, with the class's prototype.
pub(crate) fn constructor<'js, T: Native, F, P>(ctx: &Ctx<'js>, make: F) -> Result<Function<'js>>
where
    F: IntoJsFunc<'js, P> + 'js,
{
    let constructor = Function::new(ctx.clone(), make)?
        .with_name(T::NAME)?
        .with_constructor(true);
    if let Some(prototype) = Class::<Held<T>>::prototype(ctx)? {
        prototype.prop(
            "constructor",
            Property::from(constructor.clone())
                .writable()
                .configurable(),
        )?;
        constructor.prop("prototype", prototype)?;
    }
    Ok(constructor)
}
