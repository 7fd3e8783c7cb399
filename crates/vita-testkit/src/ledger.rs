//! Money: what must hold for every account at every moment.

use serde_json::Value;

use crate::Client;

/// All lines of an account's ledger, latest first.
///
/// # Panics
/// When a page is refused.
pub async fn list_entries(client: &Client) -> Vec<Value> {
    client
        .list_all("/api/credits/ledger?limit=100", "entries")
        .await
}

/// Checks that the ledger adds up to the balance, and each line to another one.
///
/// # Panics
/// When it does not.
pub async fn assert_sums(client: &Client) {
    let entries = list_entries(client).await;
    let sum: i64 = entries.iter().map(|entry| integer(entry, "amount")).sum();
    let dashboard = client.get("/api/dashboard").await.expect(200);
    let balance = dashboard["credits"]["balance"].as_i64();
    assert_eq!(balance, Some(sum), "the ledger adds up to the balance");
    // Transactions at the same time may be listed in another order than they were committed in, so
    // the lines are chained by their balances: each begins where another one ended.
    let after = |entry: &Value| integer(entry, "balanceAfter");
    let mut ended: Vec<i64> = entries.iter().map(after).chain([0]).collect();
    let begun = entries
        .iter()
        .map(|entry| after(entry) - integer(entry, "amount"));
    let mut begun: Vec<i64> = begun.chain([sum]).collect();
    ended.sort_unstable();
    begun.sort_unstable();
    assert_eq!(begun, ended, "each line begins where another one ended");
}

/// How often the account paid for each generation: lines of `kind` by generation.
///
/// # Panics
/// When a page is refused.
pub async fn count_by_generation(client: &Client, kind: &str) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for entry in list_entries(client).await {
        if entry["kind"] == kind
            && let Some(id) = entry["generationId"].as_str()
        {
            *counts.entry(id.to_owned()).or_insert(0) += 1;
        }
    }
    counts.into_iter().collect()
}

fn integer(entry: &Value, name: &str) -> i64 {
    entry[name]
        .as_i64()
        .unwrap_or_else(|| panic!("`{name}` is a whole number: {entry}"))
}
