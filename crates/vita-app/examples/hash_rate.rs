//! How many password hashes a second the machine computes with nothing around them:
//! `cargo run --release -p vita-app --example hash_rate -- [threads] [seconds]`.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use vita_app::PasswordConfig;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let threads = args.next().map_or(Ok(2), |text| text.parse::<usize>())?;
    let seconds = args.next().map_or(Ok(5), |text| text.parse::<u64>())?;
    let config = PasswordConfig::default();
    let params = Params::new(config.memory_kib, config.passes, 1, None)
        .map_err(|error| error.to_string())?;
    let begun = Instant::now();
    let limit = Duration::from_secs(seconds);
    let counts: Vec<u64> = thread::scope(|scope| {
        let hash_on = || {
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
            let mut hash = [0; 32];
            let mut count = 0;
            while begun.elapsed() < limit {
                argon2
                    .hash_password_into(b"a password to measure with", &[7; 16], &mut hash)
                    .expect("the cost is that of the product");
                count += 1;
            }
            count
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(hash_on)).collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(Result::unwrap_or_default).collect()
    });
    let rate = counts.iter().sum::<u64>() as f64 / begun.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{threads} threads: {rate:.1} hashes/s")?;
    Ok(())
}
