//! The forms of text that have a name. Pragmatic: what mail and the web take in
//! practice, not every corner of their standards.

/// Whether it is an email address: one `@`, a local part without spaces, a domain
/// of at least two labels.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let local_ok = (1..=64).contains(&local.len())
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .chars()
            .all(|c| !c.is_whitespace() && !c.is_control() && !r#"()<>[]:;@\,""#.contains(c));
    local_ok && text.len() <= 254 && domain.contains('.') && is_host(domain)
}

/// Whether it is an absolute http or https URL.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    if text
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || r#""<>\^`{|}"#.contains(c))
    {
        return false;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_and_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    if let Some(bracketed) = host_and_port.strip_prefix('[') {
        let Some((address, port)) = bracketed.split_once(']') else {
            return false;
        };
        return address.parse::<std::net::Ipv6Addr>().is_ok()
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    match host_and_port.split_once(':') {
        Some((host, port)) => is_host(host) && is_port(port),
        None => is_host(host_and_port),
    }
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}

fn is_host(text: &str) -> bool {
    (1..=253).contains(&text.len())
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        for good in [
            "a@b.co",
            "first.last+tag@sub.example.org",
            "jürgen@bücher.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "a", "a@", "@b.co", "a@b", "a b@c.de", "a@b..co", ".a@b.co", "a@-b.co", "a@b.co ",
            "a@@b.co", "a\n@b.co", "<a@b.co>",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn urls() {
        for good in [
            "https://example.org",
            "http://localhost:8787/a?b=c#d",
            "HTTPS://EXAMPLE.org/ü",
            "https://user:pw@example.org:443/",
            "http://[::1]:80/x",
            "http://10.0.0.1",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "ftp://example.org",
            "javascript://x",
            "https://",
            "https:///x",
            "https://exa mple.org",
            "https://a:99999",
            "https://[::1",
            "//example.org",
            "https://a..b",
            "https://a/\"x",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }
}
