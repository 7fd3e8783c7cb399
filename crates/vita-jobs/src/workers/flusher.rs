//! Writes what runs report: the reports of many runs in one transaction, the last of each only.

use std::sync::Arc;
use std::time::Duration;

use vita_db::DbError;
use vita_model::Timestamp;

use super::active::DueReport;
use super::{ActiveRun, Context};
use crate::Job;
use crate::tables::{announce_job, write_progress};

/// Most often that reports are written, and how late a new stage may be: a change of stage reaches
/// whoever watches within a tenth of a second.
const TICKS_PER_PACE: u32 = 5;

/// Most reports in one transaction.
const REPORTS_PER_WRITE: usize = 128;

/// Writes reports for ever.
pub(super) async fn write_reports(context: Arc<Context>) {
    let tick: Duration = context.pace.progress / TICKS_PER_PACE;
    loop {
        context.wake.reported().notified().await;
        let mut runs = context.wake.runs();
        runs.retain(|run| run.has_report());
        while !runs.is_empty() {
            write_due(&context, &runs).await;
            tokio::time::sleep(tick).await;
            runs = context.wake.runs();
            runs.retain(|run| run.has_report());
        }
    }
}

async fn write_due(context: &Context, runs: &[Arc<ActiveRun>]) {
    let mut due: Vec<(&Arc<ActiveRun>, DueReport)> = Vec::new();
    for run in runs {
        due.extend(
            run.take_due_report(context.pace.progress)
                .map(|report| (run, report)),
        );
    }
    // Rows are taken in one order by whoever takes many.
    due.sort_by(|(one, _), (other, _)| one.fence().id.cmp(&other.fence().id));
    for part in due.chunks(REPORTS_PER_WRITE) {
        let reports: Vec<DueReport> = part.iter().map(|(_, report)| report.clone()).collect();
        match write_all(context, reports).await {
            Ok(()) => {}
            Err(error) if error.is_transient() || error == DbError::OutcomeUnknown => {
                tracing::warn!(%error, "failed to write the progress of running jobs");
                for (run, _) in part {
                    run.put_back_report();
                }
            }
            Err(_) => write_each(context, part).await,
        }
    }
}

/// One by one, so that a hook that refuses one report does not keep back the others.
async fn write_each(context: &Context, part: &[(&Arc<ActiveRun>, DueReport)]) {
    for (run, report) in part {
        if let Err(error) = write_all(context, vec![report.clone()]).await {
            let id = &run.fence().id;
            tracing::warn!(job.id = %id, %error, "failed to write a job's progress");
        }
    }
}

async fn write_all(context: &Context, reports: Vec<DueReport>) -> Result<(), DbError> {
    let args = (reports, context.clock.now());
    let written = context.db.write(args, |tx, (reports, now)| {
        Box::pin(async move {
            // Whoever ends a job holds its row while the hook takes others, so all jobs come before the first hook.
            let mut jobs = Vec::with_capacity(reports.len());
            for report in reports {
                let (stage, progress) = (report.stage, report.progress);
                jobs.push(write_progress(tx, &report.fence, stage, progress, *now).await?);
            }
            for (report, job) in reports.iter().zip(&jobs) {
                if let Some(job) = job {
                    tell(tx, report, job, *now).await?;
                }
            }
            Ok(())
        })
    });
    written.await
}

async fn tell(
    tx: &mut vita_db::Tx,
    report: &DueReport,
    job: &Job,
    now: Timestamp,
) -> Result<(), DbError> {
    let (stage, progress) = (report.stage, report.progress);
    report
        .handler
        .progressed(tx, job, stage, progress, now)
        .await?;
    announce_job(tx, job);
    Ok(())
}
