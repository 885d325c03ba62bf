mod addresses;
mod answers;
mod certificates;
mod redirects;
mod server;

use super::*;
use server::Names;

const LIMITS: Limits = Limits { total: Duration::from_secs(10), max_bytes: 64 * 1024, max_redirects: 3 };

/// A client for which every name is this machine, and these are listed.
fn client_for(allow: &[&str]) -> Outbound {
    client_with(allow, Names::here())
}

fn client_with(allow: &[&str], names: Names) -> Outbound {
    let allow = allow.iter().map(|target| target.parse().unwrap()).collect();
    Outbound::with_resolver(Policy::new(allow), names).unwrap()
}

/// Calls without a check of the text: what `get` itself refuses is to be seen.
async fn get(outbound: &Outbound, url: &str, limits: Limits) -> Result<Fetched, Error> {
    outbound.get(&Url::parse(url).unwrap(), limits).await
}
