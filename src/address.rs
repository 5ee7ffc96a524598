//! Which object a path belongs to, and what is left of the path below it.
//!
//! Finds the words only; whether such a realm or app exists, its object says.

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address<'a> {
    /// Answered by the front: `/health`, `/ready`, `/live`.
    Probe,
    /// The system object, with the path below its base.
    System(&'a str),
    /// A realm's object, by slug.
    Realm(&'a str, &'a str),
    /// The default app's object.
    DefaultApp(&'a str),
    /// An app's object, by the slugs of realm and app.
    App(&'a str, &'a str, &'a str),
    /// Nothing is there.
    Nowhere,
}

/// The address of a path as it was sent, without its query.
pub fn parse(path: &str) -> Address<'_> {
    match path {
        "/health" | "/ready" | "/live" | "/api/health" => return Address::Probe,
        _ => {}
    }
    if let Some(rest) = below(path, "/_") {
        return Address::System(rest);
    }
    if let Some(rest) = below(path, "/api/realms") {
        return control_plane(path, rest);
    }
    match below(path, "/api") {
        Some(rest) if is_master_sign_in(rest) => Address::System(rest),
        Some("" | "/") | None => Address::Nowhere,
        Some(rest) => Address::DefaultApp(rest),
    }
}

fn control_plane<'a>(path: &'a str, rest: &'a str) -> Address<'a> {
    let (realm, below_realm) = first_segment(rest);
    if realm.is_empty() || below_realm.trim_matches('/').is_empty() {
        return Address::System(path);
    }
    let Some(apps) = below(below_realm, "/apps") else {
        return Address::Realm(realm, below_realm);
    };
    let (app, below_app) = first_segment(apps);
    // A further `/api` means nothing: the PocketBase client adds it to its base.
    let below_app = below(below_app, "/api").unwrap_or(below_app);
    match below_app {
        "" | "/" => Address::Realm(realm, below_realm),
        "/health" => Address::Probe,
        rest if is_master_sign_in(rest) => Address::System(rest),
        rest => Address::App(realm, app, rest),
    }
}

/// The administrators are the collection `_superusers` to the PocketBase client.
fn is_master_sign_in(path: &str) -> bool {
    below(path, "/collections/_superusers").is_some_and(|rest| rest.starts_with("/auth-"))
}

/// What follows a prefix that ends where a segment ends.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    path.strip_prefix(prefix)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn first_segment(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.find('/').map_or((path, ""), |end| path.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::Address::{App, DefaultApp, Nowhere, Probe, Realm, System};
    use super::parse;

    #[test]
    fn every_kind_of_path_finds_its_object() {
        let records = "/collections/posts/records";
        for (path, expected) in [
            ("/health", Probe),
            ("/ready", Probe),
            ("/live", Probe),
            ("/api/health", Probe),
            ("/api/collections/posts/records", DefaultApp(records)),
            ("/api/realms", System("/api/realms")),
            ("/api/realms/acme", System("/api/realms/acme")),
            ("/api/realms/acme/audit", Realm("acme", "/audit")),
            (
                "/api/realms/acme/auth/admin/login",
                Realm("acme", "/auth/admin/login"),
            ),
            ("/api/realms/acme/apps", Realm("acme", "/apps")),
            (
                "/api/realms/acme/apps/mobile",
                Realm("acme", "/apps/mobile"),
            ),
            ("/_/auth/admin/login", System("/auth/admin/login")),
            ("/api", Nowhere),
            ("/", Nowhere),
            ("/apis/collections", Nowhere),
            ("/healthy", Nowhere),
        ] {
            assert_eq!(parse(path), expected, "{path}");
        }
    }

    #[test]
    fn a_further_api_segment_means_nothing() {
        let records = "/collections/posts/records";
        for base in [
            "/api/realms/acme/apps/mobile",
            "/api/realms/acme/apps/mobile/api",
        ] {
            let path = format!("{base}{records}");
            assert_eq!(parse(&path), App("acme", "mobile", records));
        }
    }

    #[test]
    fn the_superusers_of_any_app_sign_in_at_the_system() {
        let sign_in = "/collections/_superusers/auth-with-password";
        for base in ["/api", "/api/realms/a/apps/b", "/api/realms/a/apps/b/api"] {
            assert_eq!(parse(&format!("{base}{sign_in}")), System(sign_in));
        }
        let records = "/collections/_superusers/records";
        assert_eq!(parse(&format!("/api{records}")), DefaultApp(records));
    }
}
