//! The parts that the statements over the history share.

/// A list of [`Share`](super::Share)s as the table `shares`.
macro_rules! shares {
    ($lines:literal) => {
        concat!(
            "WITH RECURSIVE shares (account, owner_id, scenes, generations) AS (
         SELECT CAST(value ->> 'account' AS BIGINT),
                'usr_load_' || substr(CAST(1000 + CAST(value ->> 'account' AS BIGINT) AS TEXT), 2),
                CAST(value ->> 'scenes' AS BIGINT),
                CAST(value ->> 'generations' AS BIGINT)
         FROM ",
            $lines,
            ")"
        )
    };
}
pub(super) use shares;

/// Statements whose first parameter is a list of [`Share`](super::Share)s, which they see as the table `shares`.
macro_rules! with_shares {
    ($statement:expr) => {
        Sql::each(
            concat!(shares!("json_each($1)"), $statement),
            concat!(
                shares!("json_array_elements(CAST($1 AS JSON)) AS line (value)"),
                $statement
            ),
        )
    };
}
pub(super) use with_shares;

/// The generations of a span, `$2` to `$3`, as the table `planned`. Scenes are drawn as the lesser
/// of two numbers that run through them, so that the first have more and hardly any has none.
macro_rules! planned {
    () => {
        ", numbers (k) AS (
             SELECT CAST($2 AS BIGINT)
             UNION ALL
             SELECT k + 1 FROM numbers WHERE k + 1 < CAST($3 AS BIGINT)
         ), planned (k, account, serial, id, scene_id) AS (
             SELECT k,
                    account,
                    substr(CAST(100000000 + k AS TEXT), 2)
                        || '_' || substr(CAST(1000 + account AS TEXT), 2),
                    CASE
                        WHEN k = 0 AND account = 1 THEN 'gen_001'
                        WHEN k IN (1, 2)
                            THEN 'gen_test_' || CAST(account + 500 * (k - 1) AS TEXT)
                        ELSE 'gen_load_' || substr(CAST(100000000 + k AS TEXT), 2)
                            || '_' || substr(CAST(1000 + account AS TEXT), 2)
                    END,
                    'scn_load_' || substr(CAST(1000 + account AS TEXT), 2)
                        || '_' || substr(CAST(100000 + CASE
                            WHEN k < 3 THEN 0
                            WHEN (k * 7919 + account) % scenes < (k * 104729 / 89) % scenes
                                THEN (k * 7919 + account) % scenes
                            ELSE (k * 104729 / 89) % scenes
                        END AS TEXT), 2)
             FROM numbers
             JOIN shares ON numbers.k < shares.generations
         )"
    };
}
pub(super) use planned;

/// Of a span's generations those that the ledger does not know, as the table `unpaid`.
macro_rules! unpaid {
    () => {
        concat!(
            planned!(),
            ", unpaid AS (
             SELECT p.k,
                    p.serial,
                    g.id,
                    g.owner_id,
                    g.status,
                    g.cost,
                    CASE WHEN g.status = 'completed' THEN g.cost ELSE 0 END AS paid,
                    g.created_at,
                    g.ended_at
             FROM planned AS p
             JOIN generations AS g ON g.id = p.id
             WHERE NOT EXISTS (
                       SELECT 1
                       FROM ledger AS l
                       WHERE l.generation_id = g.id
                         AND l.kind = 'reserve'
                   )
         )"
        )
    };
}
pub(super) use unpaid;
