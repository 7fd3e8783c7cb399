//! `setTimeout` and its like, in virtual users.

use crate::realm::Realm;
use rquickjs::function::{Func, Opt, Rest};
use rquickjs::{Ctx, Exception, Function, Object, Result, Value};
use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

/// Timers that a virtual user may have at a time. A script that forgets to clear them would else
/// fill the memory.
const TIMERS_MAX: usize = 100_000;

/// The longest time; more is taken as this.
const DELAY_MAX: Duration = Duration::from_hours(8760);

/// The timers of a virtual user.
pub(crate) struct Timers<'js> {
    due: BTreeSet<(Instant, u32)>,
    by_id: HashMap<u32, Timer<'js>>,
    last_id: u32,
}

struct Timer<'js> {
    callback: Function<'js>,
    arguments: Vec<Value<'js>>,
    due: Instant,
    period: Option<Duration>,
}

impl<'js> Timers<'js> {
    pub(crate) fn new() -> Self {
        Self {
            due: BTreeSet::new(),
            by_id: HashMap::new(),
            last_id: 0,
        }
    }

    /// When the next one is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Takes the callback of a timer that is due, with its arguments.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<(Function<'js>, Vec<Value<'js>>)> {
        let (due, id) = *self.due.first()?;
        if due > now {
            return None;
        }
        self.due.remove(&(due, id));
        let timer = self.by_id.get_mut(&id)?;
        if let Some(period) = timer.period {
            timer.due = now + period;
            self.due.insert((timer.due, id));
            return Some((timer.callback.clone(), timer.arguments.clone()));
        }
        let timer = self.by_id.remove(&id)?;
        Some((timer.callback, timer.arguments))
    }

    fn clear(&mut self, id: u32) {
        if let Some(timer) = self.by_id.remove(&id) {
            self.due.remove(&(timer.due, id));
        }
    }

    fn add(&mut self, timer: Timer<'js>) -> u32 {
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.due.insert((timer.due, self.last_id));
        self.by_id.insert(self.last_id, timer);
        self.last_id
    }
}

/// The object of `k6/timers`.
pub(crate) fn exports<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let exports = Object::new(ctx.clone())?;
    install(&exports)?;
    Ok(exports)
}

/// Adds the four functions to an object.
pub(crate) fn install(target: &Object<'_>) -> Result<()> {
    target.set("setTimeout", Func::from(set_timeout))?;
    target.set("clearTimeout", Func::from(clear))?;
    target.set("setInterval", Func::from(set_interval))?;
    target.set("clearInterval", Func::from(clear))
}

fn set_timeout<'js>(
    ctx: Ctx<'js>,
    callback: Value<'js>,
    delay: Opt<Value<'js>>,
    arguments: Rest<Value<'js>>,
) -> Result<u32> {
    let delay = delay_of(delay.0);
    add(&ctx, callback, delay, None, arguments.0)
}

fn set_interval<'js>(
    ctx: Ctx<'js>,
    callback: Value<'js>,
    delay: Opt<Value<'js>>,
    arguments: Rest<Value<'js>>,
) -> Result<u32> {
    // Without a floor an interval of 0 ms would never let the iteration end.
    let delay = delay_of(delay.0).max(Duration::from_millis(1));
    add(&ctx, callback, delay, Some(delay), arguments.0)
}

fn clear<'js>(ctx: Ctx<'js>, id: Opt<Value<'js>>) -> Result<()> {
    if let Some(id) = id.0.and_then(|id| id.as_number()) {
        Realm::of(&ctx)?.timers.borrow_mut().clear(id as u32);
    }
    Ok(())
}

fn delay_of(delay: Option<Value<'_>>) -> Duration {
    let millis = delay.and_then(|delay| delay.as_number()).unwrap_or(0.0);
    if millis > 0.0 {
        Duration::try_from_secs_f64(millis / 1e3).map_or(DELAY_MAX, |delay| delay.min(DELAY_MAX))
    } else {
        Duration::ZERO
    }
}

fn add<'js>(
    ctx: &Ctx<'js>,
    callback: Value<'js>,
    delay: Duration,
    period: Option<Duration>,
    arguments: Vec<Value<'js>>,
) -> Result<u32> {
    let Some(callback) = callback.into_function() else {
        return Err(Exception::throw_type(
            ctx,
            "a timer's callback must be a function",
        ));
    };
    let realm = Realm::of(ctx)?;
    let mut timers = realm.timers.borrow_mut();
    if timers.by_id.len() >= TIMERS_MAX {
        return Err(Exception::throw_range(
            ctx,
            &format!(
                "a virtual user has at most {TIMERS_MAX} timers: clear those that are not needed"
            ),
        ));
    }
    Ok(timers.add(Timer {
        callback,
        arguments,
        due: Instant::now() + delay,
        period,
    }))
}
