//! Many requests at once for one virtual user, within limits for all and for each host.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::client::Client;
use crate::request::Request;
use crate::response::Outcome;

/// How many requests of a batch run at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// Of all; no limit when zero.
    pub total: usize,
    /// Of those for one host and port; no limit when zero.
    pub per_host: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        // k6's defaults.
        Self {
            total: 20,
            per_host: 6,
        }
    }
}

/// Decides which request of a batch starts next.
#[derive(Debug)]
struct Plan {
    limits: BatchLimits,
    /// The host of each request, as a number.
    hosts: Vec<usize>,
    /// Requests that have not started, in order.
    waiting: Vec<usize>,
    running: usize,
    running_by_host: Vec<usize>,
}

impl Plan {
    fn new<'a>(hosts: impl Iterator<Item = (&'a str, u16)>, limits: BatchLimits) -> Self {
        let mut numbers = HashMap::new();
        let hosts: Vec<usize> = hosts
            .map(|host| {
                let next = numbers.len();
                *numbers.entry(host).or_insert(next)
            })
            .collect();
        Self {
            limits,
            waiting: (0..hosts.len()).collect(),
            hosts,
            running: 0,
            running_by_host: vec![0; numbers.len()],
        }
    }

    /// The first waiting request that the limits allow.
    fn start_next(&mut self) -> Option<usize> {
        let below = |running: usize, limit: usize| limit == 0 || running < limit;
        if !below(self.running, self.limits.total) {
            return None;
        }
        let place = self.waiting.iter().position(|index| {
            below(
                self.running_by_host[self.hosts[*index]],
                self.limits.per_host,
            )
        })?;
        let index = self.waiting.remove(place);
        self.running += 1;
        self.running_by_host[self.hosts[index]] += 1;
        Some(index)
    }

    fn end(&mut self, index: usize) {
        self.running -= 1;
        self.running_by_host[self.hosts[index]] -= 1;
    }
}

impl Client {
    /// Sends many requests at once, within `limits`; outcomes stand in the requests' order.
    pub async fn send_batch(&self, requests: Vec<Request>, limits: BatchLimits) -> Vec<Outcome> {
        let targets: Vec<_> = requests
            .iter()
            .map(|request| request.target.clone())
            .collect();
        let hosts = targets.iter().map(|target| {
            let origin = target.origin();
            (&*origin.host, origin.port)
        });
        let mut plan = Plan::new(hosts, limits);
        let mut requests: Vec<Option<Request>> = requests.into_iter().map(Some).collect();
        let mut outcomes: Vec<Option<Outcome>> = requests.iter().map(|_| None).collect();
        let mut running = FuturesUnordered::new();
        loop {
            while let Some(index) = plan.start_next() {
                if let Some(request) = requests[index].take() {
                    running.push(async move { (index, self.send(request).await) });
                }
            }
            let Some((index, outcome)) = running.next().await else {
                break;
            };
            plan.end(index);
            outcomes[index] = Some(outcome);
        }
        outcomes.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(hosts: &[&str], total: usize, per_host: usize) -> Plan {
        let hosts = hosts.iter().map(|host| (*host, 80));
        Plan::new(hosts, BatchLimits { total, per_host })
    }

    fn started(plan: &mut Plan) -> Vec<usize> {
        std::iter::from_fn(|| plan.start_next()).collect()
    }

    #[test]
    fn a_busy_host_does_not_hold_up_others() {
        let mut plan = plan(&["a", "a", "a", "b", "c"], 4, 2);
        assert_eq!(started(&mut plan), [0, 1, 3, 4]);
        plan.end(3);
        assert_eq!(started(&mut plan), [] as [usize; 0]);
        plan.end(1);
        assert_eq!(started(&mut plan), [2]);
    }

    #[test]
    fn zero_is_no_limit() {
        assert_eq!(started(&mut plan(&["a"; 50], 0, 0)).len(), 50);
        assert_eq!(started(&mut plan(&["a"; 50], 0, 6)).len(), 6);
        assert_eq!(started(&mut plan(&["a"; 50], 20, 0)).len(), 20);
    }
}
