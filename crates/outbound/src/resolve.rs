//! From a name to addresses that may be called.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolving};

use crate::Policy;

/// Looks names up. Given by tests; else it is [`SystemResolver`].
pub trait Resolve: Send + Sync + 'static {
    /// Every address of the host, in the order in which they are to be tried.
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Asks the operating system, which knows `/etc/hosts` and the names of a container network.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let host = host.to_owned();
        async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        }
        .boxed()
    }
}

/// Looks names up for a client, which connects to what this answers and to nothing else. Here, not
/// earlier, the addresses must be checked: a second lookup could answer others.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) policy: Arc<Policy>,
    /// Whether the client calls by plain `http`.
    pub(crate) plain: bool,
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        async move {
            let addresses = guard.resolver.resolve(name.as_str()).await?;
            guard.policy.check_addresses(name.as_str(), guard.plain, &addresses)?;
            // Port 0 stands for the one of the URL.
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        }
        .boxed()
    }
}
