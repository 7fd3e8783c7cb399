//! What is looked at once a second while a run goes on.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::engine::RunHandle;
use super::health::CpuMeter;
use super::state::StopReason;
use super::worker::FLUSH_PERIOD;
use crate::metric::{Recorder, TagSetId, builtin};
use crate::report::Surroundings;

/// How long after the workers' flush it is looked at what they handed on.
const LOOK_DELAY: Duration = Duration::from_millis(500);

/// How often thresholds are evaluated, in looks.
const THRESHOLD_LOOKS: u64 = 2;

/// Looks at the run until `ended`: virtual users, thresholds, the time series, the generator.
pub(super) async fn watch(handle: RunHandle, recorder: Recorder, ended: CancellationToken) {
    let begun = handle.state.origin().0;
    let mut look = interval_at(begun + FLUSH_PERIOD + LOOK_DELAY, FLUSH_PERIOD);
    look.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut watcher = Watcher {
        handle,
        recorder,
        looks: 0,
        covered: Duration::ZERO,
        surroundings: Surroundings::default(),
        meter: CpuMeter::new(),
    };
    loop {
        tokio::select! {
            biased;
            () = ended.cancelled() => break,
            _ = look.tick() => watcher.look(),
        }
    }
    watcher.close();
}

struct Watcher {
    handle: RunHandle,
    recorder: Recorder,
    looks: u64,
    /// How much of the run is in the time series.
    covered: Duration,
    surroundings: Surroundings,
    meter: CpuMeter,
}

impl Watcher {
    fn look(&mut self) {
        let state = self.handle.state.clone();
        let vus = state.vus_active();
        let made = state.vus_initialized();
        self.recorder
            .add(builtin::VUS, vus as f64, self.handle.run_tags);
        self.recorder
            .add(builtin::VUS_MAX, made as f64, self.handle.run_tags);
        let generator_cpu = self.look_at_generator();
        self.recorder.flush();
        self.surroundings = Surroundings { vus, generator_cpu };
        // Workers flush at whole seconds: that is how far what they handed on goes.
        let flushed = Duration::from_secs(state.elapsed().saturating_sub(LOOK_DELAY / 2).as_secs());
        self.extend_series(flushed);
        self.looks += 1;
        if self.looks.is_multiple_of(THRESHOLD_LOOKS) {
            let crossed = self
                .handle
                .thresholds
                .look(&self.handle.hub, state.elapsed());
            if !crossed.aborting.is_empty() {
                state.end(StopReason::ThresholdsCrossed(crossed.aborting));
            }
        }
    }

    /// Records what the process uses; returns its processors.
    fn look_at_generator(&mut self) -> f64 {
        let Some((cpu, memory_bytes)) = self.meter.look() else {
            return 0.0;
        };
        self.recorder
            .add(builtin::GENERATOR_CPU, cpu, TagSetId::EMPTY);
        self.recorder.add(
            builtin::GENERATOR_MEMORY,
            memory_bytes as f64,
            TagSetId::EMPTY,
        );
        let mut watched = self.handle.watched();
        watched.cpu_max = watched.cpu_max.max(cpu);
        watched.cpu_mean = self.meter.mean();
        watched.machine_busy = self.meter.machine_busy();
        watched.memory_bytes_max = watched.memory_bytes_max.max(memory_bytes);
        cpu
    }

    fn extend_series(&mut self, until: Duration) {
        let secs = until.saturating_sub(self.covered).as_secs_f64();
        self.covered = self.covered.max(until);
        let window = self.handle.hub.store().take_window();
        self.handle
            .watched()
            .series
            .push(window, self.surroundings, secs);
    }

    /// Adds what came after the last look.
    fn close(&mut self) {
        self.recorder.flush();
        let until = self.handle.duration.get().copied().unwrap_or(self.covered);
        self.extend_series(until);
    }
}
