//! The head of a request as the shell hands it over: lines in a fixed order, as
//! neither a URL nor a header can hold a line break. One text is one crossing.
//!
//! Knows nothing of bodies, and leaves decoding to the routes.

use crate::address::{self, Address};
use crate::error::{Code, Error, Result};
use crate::http::{Body, Headers, Method, Request};

/// Reads the head and makes the request of the object that it belongs to: the
/// path is what lies below that object's base.
///
/// The lines, as `headOf` in `request.mjs` writes them: method, URL, request id,
/// the headers in the order below, and then every header as `name: value`.
pub fn read(head: &str, body: Body, now_ms: u64) -> Result<Request> {
    let mut lines = head.split('\n');
    let method = method(lines.next().unwrap_or_default())?;
    let (path, query) = split_url(lines.next().unwrap_or_default());
    let request_id = lines.next().unwrap_or_default().to_owned();
    let mut header = || {
        lines
            .next()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
    };
    let mut headers = Headers {
        authorization: header(),
        client_ip: header(),
        if_none_match: header(),
        content_type: header(),
        if_match: header(),
        idempotency_key: header(),
        range: header(),
        if_range: header(),
        all: Vec::new(),
    };
    headers.all = lines.filter_map(named_header).collect();
    Ok(Request {
        method,
        path: path_below_base(path).to_owned(),
        query: query.to_owned(),
        headers,
        body,
        request_id,
        now_ms,
    })
}

/// The request id of a head that may otherwise be wrong.
pub fn request_id(head: &str) -> &str {
    head.split('\n').nth(2).unwrap_or_default()
}

/// Takes a URL apart: its path and what follows the `?`.
pub fn split_url(url: &str) -> (&str, &str) {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let whole = after_scheme.find('/').and_then(|at| after_scheme.get(at..));
    whole
        .unwrap_or("/")
        .split_once('?')
        .unwrap_or((whole.unwrap_or("/"), ""))
}

/// The method, when there are routes for it.
pub fn method(name: &str) -> Result<Method> {
    Method::parse(name).ok_or_else(|| {
        Error::new(
            Code::MethodNotAllowed,
            format!("No route here takes the method {name}."),
        )
    })
}

fn path_below_base(path: &str) -> &str {
    match address::parse(path) {
        Address::System(rest)
        | Address::Realm(_, rest)
        | Address::DefaultApp(rest)
        | Address::App(_, _, rest) => rest,
        Address::Probe | Address::Nowhere => path,
    }
}

fn named_header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(": ")?;
    Some((name.replace('-', "_"), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "PATCH\nhttp://localhost:8787/api/realms/a/apps/b/api/collections/c/records/1?expand=d\n\
        request-1\nBearer token\n127.0.0.1\n\napplication/json\n\"3\"\n\n\n\nx-tenant: one: two";

    #[test]
    fn every_line_finds_its_place() {
        let request = read(HEAD, Body::Empty, 5).unwrap();
        assert_eq!(request.method, Method::Patch);
        assert_eq!(request.path, "/collections/c/records/1");
        assert_eq!(request.query, "expand=d");
        assert_eq!(request.request_id, "request-1");
        assert_eq!(
            request.headers.authorization.as_deref(),
            Some("Bearer token")
        );
        assert_eq!(request.headers.if_match.as_deref(), Some("\"3\""));
        assert_eq!(request.headers.if_none_match, None);
        assert_eq!(request.headers.client_ip.as_deref(), Some("127.0.0.1"));
        let tenant = ("x_tenant".to_owned(), "one: two".to_owned());
        assert_eq!(request.headers.all, vec![tenant]);
        assert_eq!(request_id(HEAD), "request-1");
    }

    #[test]
    fn an_unknown_method_is_refused_by_name() {
        let error = read("BREW\nhttp://a/", Body::Empty, 0).unwrap_err();
        assert_eq!(error.code, Code::MethodNotAllowed);
        assert!(error.message.contains("BREW"));
    }

    #[test]
    fn a_url_without_a_path_is_the_root() {
        assert_eq!(split_url("http://localhost"), ("/", ""));
        assert_eq!(split_url("http://localhost/a?b=c?d"), ("/a", "b=c?d"));
    }
}
