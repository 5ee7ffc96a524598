//! Administrators: who gets in, what they get, and what ends it.

use serde_json::{Value, json};

use super::*;
use crate::hasher;
use crate::http::{Body, HashJob, HashOutcome, Headers, Method, Secret};
use crate::limits::{ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS};
use crate::store::native::NativeSql;
use crate::token;

const NOW: u64 = 1_795_000_000_000;
const EMAIL: &str = "root@example.com";
const PASSWORD: &str = "a long master password";
const LOGIN: &str = "/auth/admin/login";
const SUPERUSERS: &str = "/collections/_superusers";

struct Scene {
    system: Rc<System>,
    now_ms: u64,
}

fn config(secret: &str, previous: Option<&str>) -> Config {
    Config {
        realm_id: String::new(),
        app_id: String::new(),
        secret: Secret::new(secret),
        previous_secret: previous.map(Secret::new),
        requests_per_minute: 0,
        logins_per_minute: 0,
        quotas: crate::config::Quotas::default(),
        logs_every_request: true,
    }
}

fn master(email: &str, password: &str) -> Option<Master> {
    Some(Master {
        email: email.into(),
        password: Secret::new(password),
    })
}

impl Scene {
    fn new() -> Self {
        let sql = Rc::new(NativeSql::memory().unwrap());
        Self::over(sql, config("root", None), master(EMAIL, PASSWORD))
    }

    fn over(sql: Rc<dyn Sql>, config: Config, master: Option<Master>) -> Self {
        let system = System::open(sql, config, master, NOW).unwrap();
        Self {
            system,
            now_ms: NOW,
        }
    }

    fn reopened(&self, config: Config, master: Option<Master>) -> Self {
        Self::over(Rc::clone(&self.system.sql), config, master)
    }

    fn send(&self, path: &str, token: Option<&str>, body: Value) -> (Reply, usize) {
        let method = match path.ends_with("methods") {
            true => Method::Get,
            false => Method::Post,
        };
        let mut step = self.system.handle(Request {
            method,
            path: path.into(),
            query: String::new(),
            headers: Headers {
                authorization: token.map(str::to_owned),
                client_ip: Some("10.0.0.1".into()),
                ..Headers::default()
            },
            body: match body {
                Value::Null => Body::Empty,
                body => Body::Json(body.to_string()),
            },
            request_id: "r".into(),
            now_ms: self.now_ms,
        });
        let mut hashed = 0;
        loop {
            match step {
                Step::Done(reply) => return (reply, hashed),
                Step::Hash(jobs, resume) => {
                    hashed += jobs.len();
                    step = resume(jobs.iter().map(hasher::run).collect());
                }
                Step::Bucket(..) | Step::Front(_) => panic!("the system has no files"),
            }
        }
    }

    fn log_in(&self, email: &str, password: &str) -> (Reply, usize) {
        self.send(LOGIN, None, json!({"email": email, "password": password}))
    }

    fn signed_in(&self) -> (String, String) {
        let (reply, _) = self.log_in(EMAIL, PASSWORD);
        let body = body(&reply);
        assert_eq!(reply.status, 200, "{body}");
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (text("token"), text("refreshToken"))
    }

    fn refresh(&self, refresh: &str) -> Reply {
        self.send("/auth/refresh", None, json!({"refreshToken": refresh}))
            .0
    }

    fn refresh_access(&self, access: &str) -> Reply {
        let path = format!("{SUPERUSERS}/auth-refresh");
        self.send(&path, Some(access), Value::Null).0
    }
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

#[test]
fn the_master_of_the_environment_signs_in_and_is_hashed_once() {
    let scene = Scene::new();
    let (reply, hashed) = scene.log_in(" Root@Example.com", PASSWORD);
    assert_eq!((reply.status, hashed), (200, 2), "hashed at first use");
    let (reply, hashed) = scene.log_in(EMAIL, PASSWORD);
    assert_eq!((reply.status, hashed), (200, 1));
    let record = &body(&reply)["record"];
    assert_eq!(record["email"], EMAIL);
    assert_eq!(record["collectionName"], "_superusers");
    assert_eq!(record["collectionId"], "pbc_3142635823");
    assert!(!reply.body.contains("argon2"));
    let again = scene.reopened(config("root", None), master(EMAIL, PASSWORD));
    assert_eq!(again.log_in(EMAIL, PASSWORD).1, 1, "the hash was stored");
}

#[test]
fn the_pocketbase_form_is_the_same_sign_in() {
    let scene = Scene::new();
    let credentials = json!({"identity": EMAIL, "password": PASSWORD});
    let path = format!("{SUPERUSERS}/auth-with-password");
    let (reply, _) = scene.send(&path, Some("old.old.old"), credentials);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let (methods, _) = scene.send(&format!("{SUPERUSERS}/auth-methods"), None, Value::Null);
    assert_eq!(body(&methods)["password"]["enabled"], true);
}

#[test]
fn every_failed_sign_in_gets_the_same_answer_after_the_same_work() {
    let scene = Scene::new();
    scene.signed_in();
    let replies = [(EMAIL, "wrong"), ("other@example.com", PASSWORD)]
        .map(|(email, password)| scene.log_in(email, password));
    for (reply, hashed) in &replies {
        assert_eq!((reply.status, *hashed), (400, 1));
        assert_eq!(reply.body, replies[0].0.body);
    }
}

#[test]
fn without_a_master_nobody_gets_in() {
    let sql = Rc::new(NativeSql::memory().unwrap());
    let scene = Scene::over(sql, config("root", None), None);
    for (email, password) in [(EMAIL, PASSWORD), ("x", "x")] {
        assert_eq!(scene.log_in(email, password).0.status, 400);
    }
}

#[test]
fn another_password_in_the_environment_replaces_the_old_and_ends_its_sessions() {
    for (changed, works) in [
        (master(EMAIL, "another long password"), true),
        (master("new@example.com", "another long password"), false),
        (None, false),
    ] {
        let scene = Scene::new();
        let (access, refresh) = scene.signed_in();
        let after = scene.reopened(config("root", None), changed);
        assert_eq!(after.log_in(EMAIL, PASSWORD).0.status, 400);
        assert_eq!(after.refresh(&refresh).status, 401);
        assert_eq!(after.refresh_access(&access).status, 401);
        let (reply, _) = after.log_in(EMAIL, "another long password");
        assert_eq!(reply.status == 200, works);
    }
}

#[test]
fn a_rotated_secret_keeps_who_is_signed_in_while_the_previous_is_known() {
    let scene = Scene::new();
    let (access, refresh) = scene.signed_in();
    let rotated = scene.reopened(config("new", Some("root")), master(EMAIL, PASSWORD));
    assert_eq!(rotated.refresh_access(&access).status, 200);
    assert_eq!(rotated.refresh(&refresh).status, 200);
    let later = rotated.reopened(config("new", None), master(EMAIL, PASSWORD));
    assert_eq!(later.refresh_access(&access).status, 401);
    assert_eq!(later.log_in(EMAIL, PASSWORD).0.status, 200);
}

#[test]
fn refresh_tokens_rotate_and_reuse_ends_the_session() {
    let scene = Scene::new();
    let (_, first) = scene.signed_in();
    let reply = scene.refresh(&first);
    let second = body(&reply);
    assert_eq!(reply.status, 200);
    assert_eq!(scene.refresh(&first).status, 401);
    let second_refresh = second["refreshToken"].as_str().unwrap();
    assert_eq!(scene.refresh(second_refresh).status, 401);
    let second_access = second["token"].as_str().unwrap();
    assert_eq!(scene.refresh_access(second_access).status, 401);
}

#[test]
fn tokens_and_sessions_expire() {
    let mut scene = Scene::new();
    let (access, refresh) = scene.signed_in();
    scene.now_ms = NOW + ACCESS_TOKEN_SECONDS * 1000;
    assert_eq!(scene.refresh_access(&access).status, 401);
    scene.now_ms = NOW + REFRESH_TOKEN_SECONDS * 1000;
    assert_eq!(scene.refresh(&refresh).status, 401);
}

#[test]
fn logging_out_ends_the_session_by_either_token() {
    for by_refresh in [true, false] {
        let scene = Scene::new();
        let (access, refresh) = scene.signed_in();
        let (reply, _) = match by_refresh {
            true => scene.send("/auth/logout", None, json!({"refreshToken": refresh})),
            false => scene.send("/auth/logout", Some(&access), Value::Null),
        };
        assert_eq!(reply.status, 204);
        assert_eq!(scene.refresh(&refresh).status, 401);
        assert_eq!(scene.refresh_access(&access).status, 401);
    }
    let (reply, _) = Scene::new().send("/auth/logout", None, Value::Null);
    assert_eq!(reply.status, 400);
}

#[test]
fn no_apps_token_is_worth_anything_here() {
    let scene = Scene::new();
    let access = |collection: &str| token::Access {
        id: "master".into(),
        kind: token::AUTH.into(),
        collection_id: collection.into(),
        refreshable: true,
        realm: "default".into(),
        app: "default".into(),
        session: "s".into(),
        email: None,
    };
    let app = Keys::of_app(&config("root", None)).unwrap();
    for (keys, collection) in [(&app, token::ADMINS), (&scene.system.keys, "users")] {
        let token = token::issue(keys, access(collection), NOW).unwrap();
        assert_eq!(scene.refresh_access(&token).status, 401, "{collection}");
    }
}

#[test]
fn what_is_no_route_or_no_credential_is_refused() {
    let scene = Scene::new();
    for (path, body, status) in [
        ("/auth/users/login", json!({}), 404),
        ("/", json!({}), 404),
        ("/collections/_superusers/records", json!({}), 404),
        (LOGIN, Value::Null, 400),
        (LOGIN, json!({"email": EMAIL}), 400),
        (
            LOGIN,
            json!({"email": "e".repeat(400), "password": "x"}),
            400,
        ),
        ("/auth/refresh", json!({}), 400),
        ("/auth/refresh", json!({"refreshToken": "x"}), 401),
    ] {
        let (reply, hashed) = scene.send(path, None, body.clone());
        assert_eq!((reply.status, hashed), (status, 0), "{path} {body}");
    }
    let request = Request {
        method: Method::Get,
        path: LOGIN.into(),
        query: String::new(),
        headers: Headers::default(),
        body: Body::Empty,
        request_id: "r".into(),
        now_ms: NOW,
    };
    let Step::Done(reply) = scene.system.handle(request) else {
        panic!("hashed");
    };
    assert_eq!(reply.status, 405);
}

#[test]
fn every_attempt_is_noted_without_its_password() {
    let scene = Scene::new();
    scene.log_in(EMAIL, PASSWORD);
    scene.log_in(EMAIL, "a wrong password");
    let rows = scene
        .system
        .sql
        .query(
            "SELECT email, address, outcome FROM _sign_ins ORDER BY number",
            &[],
        )
        .unwrap();
    let text = |text: &str| SqlValue::from(text);
    assert_eq!(
        rows,
        [
            [text(EMAIL), text("10.0.0.1"), text("signed in")],
            [text(EMAIL), text("10.0.0.1"), text("refused")],
        ]
    );
}

#[test]
fn attempts_are_limited() {
    let scene = Scene::new();
    let limited = scene.reopened(
        Config {
            logins_per_minute: 1,
            ..config("root", None)
        },
        master(EMAIL, PASSWORD),
    );
    assert_eq!(limited.log_in(EMAIL, "wrong").0.status, 400);
    let (reply, hashed) = limited.log_in(EMAIL, PASSWORD);
    assert_eq!((reply.status, hashed), (429, 0));
    assert!(reply.retry_after.is_some());
}

#[test]
fn no_secret_is_in_a_log_line_or_in_what_prints_or_is_stored() {
    let scene = Scene::new();
    let (access, refresh) = scene.signed_in();
    let replies = [
        scene.log_in(EMAIL, PASSWORD).0,
        scene.log_in(EMAIL, "wrong").0,
        scene.refresh(&refresh),
        scene.refresh_access(&access),
    ];
    for reply in &replies {
        let log = reply.log.as_deref().unwrap();
        for secret in [
            PASSWORD,
            access.as_str(),
            refresh.as_str(),
            "argon2",
            "wrong",
        ] {
            assert!(!log.contains(secret), "{log}");
        }
    }
    let printed = format!("{:?} {:?}", scene.system.master, scene.system.keys);
    assert!(
        !printed.contains(PASSWORD) && !printed.contains("root\""),
        "{printed}"
    );
    for table in ["_admins", "_sessions", "_sign_ins"] {
        let rows = scene
            .system
            .sql
            .query(&format!("SELECT * FROM {table}"), &[])
            .unwrap();
        let stored = format!("{rows:?}");
        assert!(
            !stored.contains(PASSWORD) && !stored.contains(&refresh),
            "{stored}"
        );
    }
}

#[test]
fn the_default_realm_is_found_and_no_other_is() {
    let scene = Scene::new();
    let found = scene.system.resolve_realm(DEFAULT_REALM).unwrap();
    assert_eq!(found.as_deref(), Some("default"));
    for slug in ["", "Default", "acme", "' OR 1=1 --"] {
        assert_eq!(scene.system.resolve_realm(slug).unwrap(), None, "{slug}");
    }
}

#[test]
fn a_hasher_that_fails_at_first_use_signs_nobody_in_and_stores_nothing() {
    let scene = Scene::new();
    let request = Request {
        method: Method::Post,
        path: LOGIN.into(),
        query: String::new(),
        headers: Headers::default(),
        body: Body::Json(json!({"email": EMAIL, "password": PASSWORD}).to_string()),
        request_id: "r".into(),
        now_ms: NOW,
    };
    let Step::Hash(jobs, resume) = scene.system.handle(request) else {
        panic!("did not hash");
    };
    assert!(matches!(jobs.as_slice(), [HashJob::Hash(_)]));
    let Step::Done(reply) = resume(vec![HashOutcome::Failed]) else {
        panic!("went on");
    };
    assert_eq!(reply.status, 500);
    let (reply, hashed) = scene.log_in(EMAIL, PASSWORD);
    assert_eq!((reply.status, hashed), (200, 2), "hashed now");
}
