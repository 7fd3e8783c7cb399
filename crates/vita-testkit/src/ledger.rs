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

/// Checks that the ledger adds up to the balance, and each line to the one before it.
///
/// # Panics
/// When it does not.
pub async fn assert_sums(client: &Client) {
    let entries = list_entries(client).await;
    let sum: i64 = entries.iter().map(|entry| integer(entry, "amount")).sum();
    let dashboard = client.get("/api/dashboard").await.expect(200);
    let balance = dashboard["credits"]["balance"].as_i64();
    assert_eq!(balance, Some(sum), "the ledger adds up to the balance");
    let mut running = 0;
    for entry in entries.iter().rev() {
        running += integer(entry, "amount");
        assert_eq!(integer(entry, "balanceAfter"), running, "{entry}");
    }
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
