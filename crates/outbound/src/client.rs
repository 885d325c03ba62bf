use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::redirect;
use reqwest::{Client, ClientBuilder, Response};
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use url::{Host, Url, form_urlencoded};

use crate::error::Cause;
use crate::freshness;
use crate::policy::is_plain;
use crate::resolve::Guard;
use crate::{Error, Policy, Refused, Resolve, SystemResolver};

const USER_AGENT: &str = concat!("Threadkeep/", env!("CARGO_PKG_VERSION"));

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// How long a connection is kept for the next call to the same host.
const KEEP_IDLE: Duration = Duration::from_secs(10);

/// How long [`Outbound::check_resolved`] waits for the addresses.
const LOOKUP: Duration = Duration::from_secs(5);

/// What one call may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may take in all: lookup, connection, TLS, redirects and body.
    pub total: Duration,
    /// The most bytes of the body, after decompression.
    pub max_bytes: usize,
    /// The most redirects that are followed.
    pub max_redirects: u8,
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The HTTP status. A redirect without `Location` is an answer, too.
    pub status: u16,
    /// The whole body, decompressed.
    pub body: Vec<u8>,
    /// How much longer the answer is fresh (RFC 9111): `Cache-Control: max-age` less `Age`, zero for
    /// `no-store` and `no-cache`, `None` when the server does not say.
    pub max_age: Option<Duration>,
    /// What was called last, after redirects.
    pub final_url: Url,
}

/// The client. Clones share its connections.
#[derive(Clone)]
pub struct Outbound {
    policy: Arc<Policy>,
    resolver: Arc<dyn Resolve>,
    secure: Client,
    /// Calls what is listed, by `http`. A client of its own, because its guard is stricter.
    plain: Client,
}

impl Outbound {
    /// A client that asks the operating system for addresses.
    ///
    /// # Errors
    /// [`Error::Setup`].
    pub fn new(policy: Policy) -> Result<Self, Error> {
        Self::with_resolver(policy, SystemResolver)
    }

    /// A client that asks `resolver` for addresses.
    ///
    /// # Errors
    /// [`Error::Setup`].
    pub fn with_resolver(policy: Policy, resolver: impl Resolve) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::build(policy, Arc::new(resolver), roots).map_err(Error::Setup)
    }

    pub(crate) fn build(
        policy: Policy,
        resolver: Arc<dyn Resolve>,
        roots: RootCertStore,
    ) -> Result<Self, Cause> {
        let policy = Arc::new(policy);
        let guard = |plain| Guard { resolver: Arc::clone(&resolver), policy: Arc::clone(&policy), plain };
        let tls = tls(roots)?;
        let secure =
            client().https_only(true).tls_backend_preconfigured(tls.clone()).dns_resolver(guard(false));
        let plain = client().tls_backend_preconfigured(tls).dns_resolver(guard(true));
        let (secure, plain) = (secure.build()?, plain.build()?);
        Ok(Self { policy, resolver, secure, plain })
    }

    /// Reads a URL and refuses what may not be called, without looking up its addresses.
    ///
    /// Where the operator listed a network, a private name or plain `http` passes here, because the
    /// addresses may be in it; [`Self::check_resolved`] and [`Self::get`] decide that. Of what passes,
    /// keep [`Url::as_str`]: it is the text as it was understood.
    ///
    /// # Errors
    /// Why it may not be called.
    pub fn check(&self, text: &str) -> Result<Url, Refused> {
        self.policy.check_text(text)
    }

    /// [`Self::check`], and every address the name has now. Waits 5 seconds for them at most.
    ///
    /// # Errors
    /// Why it may not be called.
    pub async fn check_resolved(&self, text: &str) -> Result<Url, Refused> {
        let url = self.check(text)?;
        if let Some(Host::Domain(name)) = url.host() {
            let addresses = timeout(LOOKUP, self.resolver.resolve(name)).await;
            let addresses = addresses.ok().and_then(Result::ok).filter(|addresses| !addresses.is_empty());
            let addresses = addresses.ok_or(Refused::NoAddress)?;
            self.policy.check_addresses(name, is_plain(&url), &addresses)?;
        }
        Ok(url)
    }

    /// Fetches what is there, following redirects. Sends no cookies, credentials or referrer.
    ///
    /// # Errors
    /// Any but [`Error::Setup`]; [`Error::Refused`] also for what it redirects to. A status is no error.
    pub async fn get(&self, url: &Url, limits: Limits) -> Result<Fetched, Error> {
        timeout(limits.total, self.follow(url.clone(), limits)).await.map_err(|_| Error::TimedOut)?
    }

    /// Posts a form, for the token endpoint of an issuer. `basic` are user and password of an
    /// `Authorization` header, form-encoded as OAuth wants them (RFC 6749 §2.3.1). No redirect is followed:
    /// what is posted is for this address alone.
    ///
    /// # Errors
    /// As [`Self::get`]. A status is no error.
    pub async fn post_form(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        basic: Option<(&str, &str)>,
        limits: Limits,
    ) -> Result<Fetched, Error> {
        let post = async {
            self.policy.check_url(url)?;
            let client = if is_plain(url) { &self.plain } else { &self.secure };
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            let request = client.post(url.clone()).header(CONTENT_TYPE, FORM).body(body);
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let request = match basic {
                Some((user, password)) => request.basic_auth(encode(user), Some(encode(password))),
                None => request,
            };
            let response = request.send().await.map_err(Error::of_call)?;
            read(url.clone(), response, limits.max_bytes).await
        };
        timeout(limits.total, post).await.map_err(|_| Error::TimedOut)?
    }

    async fn follow(&self, mut url: Url, limits: Limits) -> Result<Fetched, Error> {
        for _ in 0..=limits.max_redirects {
            // Not only for redirects: an address in the place of a name never meets the guard.
            self.policy.check_url(&url)?;
            let client = if is_plain(&url) { &self.plain } else { &self.secure };
            let response = client.get(url.clone()).send().await.map_err(Error::of_call)?;
            match redirection(&url, &response)? {
                Some(next) => url = next,
                None => return read(url, response, limits.max_bytes).await,
            }
        }
        Err(Error::TooManyRedirects)
    }
}

fn client() -> ClientBuilder {
    let accept = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(USER_AGENT)
        .default_headers(accept)
        .pool_idle_timeout(KEEP_IDLE)
        .pool_max_idle_per_host(1)
}

fn tls(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Where the answer sends us (RFC 9110 §10.2.2), if it does.
fn redirection(from: &Url, response: &Response) -> Result<Option<Url>, Refused> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let Some(location) = response.headers().get(LOCATION).filter(|_| is_redirect) else { return Ok(None) };
    let location = location.to_str().map_err(|_| Refused::NotAUrl)?;
    let mut url = from.join(location).map_err(|_| Refused::NotAUrl)?;
    // Allowed in a `Location`, and not sent anyway.
    url.set_fragment(None);
    Ok(Some(url))
}

/// Reads the body piece by piece: what a small one unpacks to is only known afterwards.
async fn read(url: Url, mut response: Response, max_bytes: usize) -> Result<Fetched, Error> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(Error::of_call)? {
        if piece.len() > max_bytes - body.len() {
            return Err(Error::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    let max_age = freshness::max_age(response.headers());
    Ok(Fetched { status: response.status().as_u16(), body, max_age, final_url: url })
}

#[cfg(test)]
mod tests;
