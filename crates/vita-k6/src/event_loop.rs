//! Promise jobs, timers and what is pending: what goes on after a script's function has returned.

use crate::engine::{Completion, Interruption};
use crate::errors::describe_value;
use crate::logging::Level;
use crate::realm::Realm;
use futures_util::StreamExt;
use rquickjs::function::Args;
use rquickjs::promise::PromiseState;
use rquickjs::{Ctx, Function, Promise, Value};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

/// When the loop ends.
#[derive(Clone, Copy)]
pub(crate) enum Until<'a> {
    /// Once the promise is settled, or nothing is left that could settle it.
    Settled,
    /// Once no timer, request or socket is left.
    Idle,
    /// Once it is set.
    Flag(&'a Cell<bool>),
}

impl Until<'_> {
    fn is_reached(self, main: Option<&Promise<'_>>) -> bool {
        match self {
            Self::Settled => main.is_none_or(|main| main.state() != PromiseState::Pending),
            Self::Idle => false,
            Self::Flag(flag) => flag.get(),
        }
    }
}

enum Event {
    Timer,
    Done(Completion),
}

/// Runs the loop. An exception of a callback ends it.
pub(crate) fn run<'js>(
    ctx: &Ctx<'js>,
    main: Option<&Promise<'js>>,
    until: Until<'_>,
) -> Result<(), Interruption> {
    let realm = Realm::of(ctx).map_err(Interruption::Thrown)?;
    let vu = realm.vu();
    loop {
        run_jobs(ctx, &realm)?;
        report_rejections(ctx, &realm, main);
        if until.is_reached(main) {
            return Ok(());
        }
        let due = realm.timers.borrow().next_due();
        if due.is_none() && !vu.has_pending() {
            return Ok(());
        }
        let event = vu
            .seam
            .wait(next_event(vu, due))
            .map_err(|_| Interruption::Interrupted)?;
        let result = match event {
            Event::Done(completion) => completion(ctx),
            Event::Timer => {
                let due = realm.timers.borrow_mut().take_due(Instant::now());
                match due {
                    Some((callback, arguments)) => call(ctx, &callback, arguments),
                    None => Ok(()),
                }
            }
        };
        if vu.seam.is_interrupted() {
            return Err(Interruption::Interrupted);
        }
        result.map_err(Interruption::Thrown)?;
    }
}

fn call<'js>(
    ctx: &Ctx<'js>,
    callback: &Function<'js>,
    arguments: Vec<Value<'js>>,
) -> rquickjs::Result<()> {
    let mut args = Args::new(ctx.clone(), arguments.len());
    args.push_args(arguments)?;
    callback.call_arg::<Value<'js>>(args).map(drop)
}

/// Runs promise jobs until none is left.
fn run_jobs<'js>(ctx: &Ctx<'js>, realm: &Realm<'js>) -> Result<(), Interruption> {
    while ctx.execute_pending_job() {
        // Jobs that make jobs for ever never come to the engine's own interrupt check.
        if realm.vu().seam.tick() {
            return Err(Interruption::Interrupted);
        }
    }
    if realm.vu().seam.is_interrupted() {
        return Err(Interruption::Interrupted);
    }
    Ok(())
}

fn report_rejections<'js>(ctx: &Ctx<'js>, realm: &Realm<'js>, main: Option<&Promise<'js>>) {
    for reason in realm.take_rejections(main) {
        let text = format!("Uncaught (in promise) {}", describe_value(ctx, &reason));
        realm.vu().log(Level::Error, &text, &[]);
    }
}

/// The next thing to do. It borrows what is pending only while it is polled.
async fn next_event(vu: &crate::engine::VuState, due: Option<Instant>) -> Event {
    let now = Instant::now();
    if due.is_some_and(|due| due <= now) {
        return Event::Timer;
    }
    let mut timer = pin!(async {
        match due {
            Some(due) => tokio::time::sleep_until(due.into()).await,
            None => std::future::pending().await,
        }
    });
    poll_fn(|cx| {
        if let Poll::Ready(Some(completion)) = vu.pending().poll_next_unpin(cx) {
            return Poll::Ready(Event::Done(completion));
        }
        timer.as_mut().poll(cx).map(|()| Event::Timer)
    })
    .await
}
