//! How many requests one address may make in a minute, and how many of those
//! that cost a password hash.
//!
//! Counted in the memory of an awake object: an object that sleeps forgets, and
//! an address that has been quiet that long may start anew.

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::IpAddr;

use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::http::Request;

const WINDOW_MS: u64 = 60_000;
/// The most addresses counted in one window; further ones go uncounted.
const ADDRESSES: usize = 50_000;

/// What one object allows.
pub struct Limits {
    requests: RefCell<Window>,
    sign_ins: RefCell<Window>,
}

struct Window {
    /// 0: no limit.
    most: u32,
    number: u64,
    counts: HashMap<u128, u32>,
}

impl Limits {
    /// As the settings say.
    pub fn new(config: &Config) -> Self {
        Self {
            requests: RefCell::new(Window::new(config.requests_per_minute)),
            sign_ins: RefCell::new(Window::new(config.logins_per_minute)),
        }
    }

    /// Counts a request.
    pub fn request(&self, request: &Request) -> Result<()> {
        self.requests.borrow_mut().count(request)
    }

    /// Counts a request that costs a password hash or tries a password.
    pub fn sign_in(&self, request: &Request) -> Result<()> {
        self.sign_ins.borrow_mut().count(request)
    }
}

impl Window {
    fn new(most: u32) -> Self {
        Self {
            most,
            number: 0,
            counts: HashMap::new(),
        }
    }

    fn count(&mut self, request: &Request) -> Result<()> {
        // What comes again was counted when it came first.
        if self.most == 0 || request.body.comes_again() {
            return Ok(());
        }
        let number = request.now_ms / WINDOW_MS;
        if number != self.number {
            self.number = number;
            self.counts.clear();
        }
        let address = address(request.headers.client_ip.as_deref());
        if self.counts.len() >= ADDRESSES && !self.counts.contains_key(&address) {
            return Ok(());
        }
        let count = self.counts.entry(address).or_default();
        *count = count.saturating_add(1);
        if *count <= self.most {
            return Ok(());
        }
        let left_ms = WINDOW_MS - request.now_ms % WINDOW_MS;
        Err(too_many(
            u32::try_from(left_ms.div_ceil(1000)).unwrap_or(60),
        ))
    }
}

/// One number for one client: of IPv6 the network, whose addresses all belong to
/// the same one. Who has no address shares the number 0.
fn address(text: Option<&str>) -> u128 {
    match text.and_then(|text| text.parse::<IpAddr>().ok()) {
        Some(IpAddr::V4(v4)) => u128::from(v4.to_bits()),
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => u128::from(v4.to_bits()),
            None => v6.to_bits() >> 64 << 64,
        },
        None => 0,
    }
}

fn too_many(retry_after_s: u32) -> Error {
    Error {
        retry_after_s: Some(retry_after_s),
        ..Error::new(
            Code::RateLimited,
            format!("Too many requests from this address. Try again in {retry_after_s} s."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Body, Headers, Method};

    fn request(ip: &str, now_ms: u64) -> Request {
        Request {
            method: Method::Get,
            path: "/".into(),
            query: String::new(),
            headers: Headers {
                client_ip: Some(ip.into()),
                ..Headers::default()
            },
            body: Body::Empty,
            request_id: "r".into(),
            now_ms,
        }
    }

    fn allowed(window: &mut Window, ip: &str, now_ms: u64) -> bool {
        window.count(&request(ip, now_ms)).is_ok()
    }

    #[test]
    fn the_limit_is_per_address_and_minute() {
        let mut window = Window::new(2);
        assert!(allowed(&mut window, "10.0.0.1", 0));
        assert!(allowed(&mut window, "10.0.0.1", 1));
        assert!(!allowed(&mut window, "10.0.0.1", 2));
        assert!(allowed(&mut window, "10.0.0.2", 3));
        assert!(allowed(&mut window, "10.0.0.1", 60_000));
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let mut window = Window::new(1);
        assert!(allowed(&mut window, "10.0.0.1", 60_000));
        let error = window.count(&request("10.0.0.1", 75_001)).unwrap_err();
        assert_eq!(error.code, Code::RateLimited);
        assert_eq!(error.retry_after_s, Some(45));
    }

    #[test]
    fn an_ipv6_network_is_one_client_and_a_mapped_address_is_its_ipv4() {
        let mut window = Window::new(1);
        assert!(allowed(&mut window, "2001:db8:1:2::1", 0));
        assert!(!allowed(&mut window, "2001:db8:1:2:ffff::9", 0));
        assert!(allowed(&mut window, "2001:db8:1:3::1", 0));
        assert!(allowed(&mut window, "10.0.0.1", 0));
        assert!(!allowed(&mut window, "::ffff:10.0.0.1", 0));
    }

    #[test]
    fn zero_is_no_limit() {
        let mut window = Window::new(0);
        assert!((0..1_000).all(|_| allowed(&mut window, "10.0.0.1", 0)));
        assert!(window.counts.is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let mut window = Window::new(1);
        for number in 0..ADDRESSES as u32 + 10 {
            let ip = std::net::Ipv4Addr::from(number).to_string();
            assert!(allowed(&mut window, &ip, 0));
        }
        assert_eq!(window.counts.len(), ADDRESSES);
    }
}
