//! Which project a request is for: by host name, by the first segment of its path, or neither.

use url::Url;

use crate::config::ConfigError;
use crate::id::ProjectId;

/// Where a request came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The instance's own address: the backend for keys, and the frontend of the default project.
    Root,
    /// A project's frontend. Whether there is such a project is not known yet.
    Project(ProjectId),
    /// The place of a project's label holds something that cannot be one.
    Invalid,
}

/// The addresses of the instance and of its projects.
#[derive(Clone, Debug)]
pub struct Bases {
    /// Without final slash.
    public_url: String,
    /// The path in the public URL: empty, or a slash and more, without final slash.
    prefix: String,
    port: u16,
    /// As browsers write it.
    origin: String,
    template: Option<Template>,
}

/// `https://{label}.chat.example.org`, cut at the label.
#[derive(Clone, Debug)]
struct Template {
    url: String,
    host_before: String,
    host_after: String,
}

const PLACEHOLDER: &str = "{label}";

impl Bases {
    /// Checks and takes apart the two settings.
    ///
    /// # Errors
    /// [`ConfigError::Url`].
    pub fn new(public_url: &str, template: Option<&str>) -> Result<Self, ConfigError> {
        let public_url = public_url.trim_end_matches('/').to_owned();
        let url = parse("public_url", &public_url)?;
        let prefix = url.path().trim_end_matches('/').to_owned();
        let template = template.map(Template::new).transpose()?;
        let (port, origin) =
            (url.port_or_known_default().unwrap_or_default(), url.origin().ascii_serialization());
        Ok(Self { public_url, prefix, port, origin, template })
    }

    /// The address of the instance, without final slash.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The path in the address of the instance: empty, or a slash and more, without final slash.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Whether browsers reach the instance by TLS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The port at which browsers reach the instance.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The origin of the dashboard's pages, as browsers write it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The canonical address of a project's frontend, without final slash: the `iss` of its tokens.
    pub fn frontend(&self, project: &ProjectId) -> String {
        match &self.template {
            Some(template) => template.url.replace(PLACEHOLDER, &project.label()),
            None => self.by_path(project),
        }
    }

    /// Where the public keys of a project are, which verify its workspace tokens.
    pub fn key_set_url(&self, project: &ProjectId) -> String {
        format!("{}/.well-known/jwks.json", self.frontend(project))
    }

    fn by_path(&self, project: &ProjectId) -> String {
        format!("{}/{}", self.public_url, project.label())
    }

    /// Whether a token's `iss` is one of the project's frontends, canonical or not.
    pub fn is_frontend(&self, issuer: &str, project: &ProjectId) -> bool {
        issuer == self.by_path(project) || self.template.is_some() && issuer == self.frontend(project)
    }

    /// Whether an issuer has the form of a frontend of this instance, of a project that exists or not.
    pub fn owns(&self, issuer: &str) -> bool {
        let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
        let by_path = issuer.strip_prefix(&self.public_url).and_then(|rest| rest.strip_prefix('/'));
        let by_host = || {
            let (before, after) = self.template.as_ref()?.url.split_once(PLACEHOLDER)?;
            issuer.strip_prefix(before)?.strip_suffix(after)
        };
        by_path.or_else(by_host).is_some_and(|label| ProjectId::from_label(label).is_some())
    }

    /// Finds the base of a request and the path that is left for routing.
    pub fn resolve<'p>(&self, host: Option<&str>, path: &'p str) -> (Base, &'p str) {
        let path = self.without_prefix(collapse(path));
        if let Some(label) = host.and_then(|host| self.template.as_ref()?.label(host)) {
            return (from_label(label), path);
        }
        let first = path[1..].split('/').next().unwrap_or_default();
        if !first.starts_with("proj-") {
            return (Base::Root, path);
        }
        (from_label(first), collapse(&path[1 + first.len()..]))
    }

    /// A proxy may or may not have removed the prefix, so it is optional.
    fn without_prefix<'p>(&self, path: &'p str) -> &'p str {
        match path.strip_prefix(&self.prefix) {
            Some(rest) if rest.starts_with('/') => collapse(rest),
            Some("") if !self.prefix.is_empty() => "/",
            _ => path,
        }
    }
}

fn from_label(label: &str) -> Base {
    ProjectId::from_label(label).map_or(Base::Invalid, Base::Project)
}

/// Leaves one of several leading slashes: old clients join a base that ends in one with a path that
/// begins with one.
fn collapse(path: &str) -> &str {
    let extra = path.bytes().take_while(|byte| *byte == b'/').count().saturating_sub(1);
    let path = &path[extra..];
    // The request target `*`, or none, is no path; it is routed as the root.
    if path.starts_with('/') { path } else { "/" }
}

impl Template {
    fn new(template: &str) -> Result<Self, ConfigError> {
        let problem =
            |problem: &str| ConfigError::Url { setting: "project_url_template", problem: problem.to_owned() };
        let url = template.trim_end_matches('/').to_owned();
        let authority = url.split("://").nth(1).unwrap_or_default();
        let (before, after) = authority.split_once(PLACEHOLDER).ok_or_else(|| {
            problem("it must hold {label} in its host name, like https://{label}.example.org")
        })?;
        let sample = parse("project_url_template", &url.replace(PLACEHOLDER, "proj-000000000000"))?;
        if sample.path() != "/" || after.contains(PLACEHOLDER) || after.contains('/') {
            return Err(problem("it must be a scheme and a host name with one {label}, without a path"));
        }
        let (host_before, host_after) = (before.to_owned(), after.to_owned());
        Ok(Self { url, host_before, host_after })
    }

    fn label<'h>(&self, host: &'h str) -> Option<&'h str> {
        let label = strip_prefix_ignoring_case(host, &self.host_before)?;
        let end = label.len().checked_sub(self.host_after.len())?;
        let (label, after) = label.split_at_checked(end)?;
        let fits = after.eq_ignore_ascii_case(&self.host_after) && !label.is_empty() && !label.contains('.');
        fits.then_some(label)
    }
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn parse(setting: &'static str, text: &str) -> Result<Url, ConfigError> {
    let problem = |problem: String| ConfigError::Url { setting, problem };
    let url = Url::parse(text).map_err(|error| problem(format!("`{text}` is not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(problem("only http and https URLs make sense".into()));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(problem("it must have no user, query or fragment".into()));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> ProjectId {
        ProjectId::parse("proj_0ltyjcuaxpv1").unwrap()
    }

    fn by_path(public_url: &str) -> Bases {
        Bases::new(public_url, None).unwrap()
    }

    #[test]
    fn paths_name_projects() {
        let bases = by_path("http://localhost:4100/");
        let resolved = |path| bases.resolve(None, path);
        assert_eq!(resolved("/v1/threads"), (Base::Root, "/v1/threads"));
        assert_eq!(resolved("//v1/threads"), (Base::Root, "/v1/threads"));
        assert_eq!(resolved("/"), (Base::Root, "/"));
        assert_eq!(resolved("*"), (Base::Root, "/"));
        assert_eq!(resolved("/proj-0ltyjcuaxpv1/v1/threads"), (Base::Project(project()), "/v1/threads"));
        assert_eq!(resolved("/proj-0ltyjcuaxpv1//v1/threads"), (Base::Project(project()), "/v1/threads"));
        assert_eq!(resolved("/proj-0ltyjcuaxpv1"), (Base::Project(project()), "/"));
        assert_eq!(resolved("/proj-SHOUTED/v1/threads"), (Base::Invalid, "/v1/threads"));
        assert_eq!(resolved("/project/v1"), (Base::Root, "/project/v1"));
    }

    #[test]
    fn a_prefix_may_have_been_removed_by_the_proxy() {
        let bases = by_path("https://example.org/keep/");
        for path in
            ["/keep/proj-0ltyjcuaxpv1/v1/x", "/proj-0ltyjcuaxpv1/v1/x", "//keep//proj-0ltyjcuaxpv1/v1/x"]
        {
            assert_eq!(bases.resolve(None, path), (Base::Project(project()), "/v1/x"), "{path}");
        }
        assert_eq!(bases.resolve(None, "/keep"), (Base::Root, "/"));
        assert_eq!(bases.resolve(None, "/keepsake/v1"), (Base::Root, "/keepsake/v1"));
        assert_eq!(bases.frontend(&project()), "https://example.org/keep/proj-0ltyjcuaxpv1");
    }

    #[test]
    fn hosts_name_projects() {
        let bases = Bases::new("https://example.org", Some("https://{label}.chat.example.org")).unwrap();
        let base = |host| bases.resolve(Some(host), "/v1/threads").0;
        assert_eq!(base("proj-0ltyjcuaxpv1.chat.example.org"), Base::Project(project()));
        assert_eq!(base("proj-0ltyjcuaxpv1.CHAT.example.org"), Base::Project(project()));
        assert_eq!(base("nonsense.chat.example.org"), Base::Invalid);
        assert_eq!(base("a.b.chat.example.org"), Base::Root);
        assert_eq!(base("example.org"), Base::Root);
        assert_eq!(base("evil.org"), Base::Root);
        assert_eq!(bases.frontend(&project()), "https://proj-0ltyjcuaxpv1.chat.example.org");
    }

    #[test]
    fn both_forms_of_a_frontend_are_its_issuer() {
        let bases = Bases::new("https://example.org", Some("https://{label}.chat.example.org")).unwrap();
        assert!(bases.is_frontend("https://proj-0ltyjcuaxpv1.chat.example.org", &project()));
        assert!(bases.is_frontend("https://example.org/proj-0ltyjcuaxpv1", &project()));
        assert!(!bases.is_frontend("https://example.org/proj-0ltyjcuaxpv1/", &project()));
        assert!(!bases.is_frontend("https://example.org", &project()));
    }

    #[test]
    fn the_origin_is_written_as_browsers_do() {
        for (url, origin) in [
            ("https://Keep.Example.org:443/keep/", "https://keep.example.org"),
            ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("http://[::1]:4100/", "http://[::1]:4100"),
        ] {
            assert_eq!(by_path(url).origin(), origin);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_target_makes_resolving_panic(host in "\\PC{0,40}", path in "\\PC{0,40}") {
            let bases = Bases::new("https://example.org/keep", Some("https://{label}.example.org")).unwrap();
            let (_, rest) = bases.resolve(Some(&host), &path);
            proptest::prop_assert!(rest.starts_with('/'));
        }
    }
}
