//! Each endpoint both ways: who may, who may not, and what it gives away.

use std::rc::Rc;

use ringfence_rules::Ruleset;
use ringfence_schema::{Collection, CollectionKind, Schema, name, system};
use serde_json::{Value, json};

use super::*;
use crate::config::Config;
use crate::hasher;
use crate::http::{Body, HashJob, HashOutcome, Reply, Request, Secret};
use crate::limits::{ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS};
use crate::session;
use crate::store::Sql;
use crate::store::native::NativeSql;

const NOW: u64 = 1_795_000_000_000;
const LOGIN: &str = "/auth/users/login";
const ME: &str = "/auth/users/me";

/// An app with two auth collections and its clock.
struct Scene {
    app: Rc<App>,
    now_ms: u64,
}

fn collection(name: &str, kind: CollectionKind) -> Collection {
    Collection {
        id: name::collection_id(name),
        name: name.into(),
        kind,
        fields: system::fields(kind),
        indexes: Vec::new(),
        renamed_from: Vec::new(),
        dropped: Vec::new(),
    }
}

fn config(secret: &str, previous: Option<&str>, app: &str) -> Config {
    Config {
        realm_id: "r1".into(),
        app_id: app.into(),
        secret: Secret::new(secret),
        previous_secret: previous.map(Secret::new),
        requests_per_minute: 0,
        logins_per_minute: 0,
    }
}

fn schema() -> Schema {
    Schema {
        dropped: Vec::new(),
        collections: vec![
            collection("posts", CollectionKind::Base),
            collection("staff", CollectionKind::Auth),
            collection("users", CollectionKind::Auth),
        ],
    }
}

impl Scene {
    fn new() -> Self {
        let sql = Rc::new(NativeSql::memory().unwrap());
        let scene = Self::over(sql, config("root", None, "a1"));
        scene.add("users", "ann", "ann@example.com", "correct horse");
        scene.add("users", "bob", "bob@example.com", "battery staple");
        scene.add("staff", "sue", "sue@example.com", "correct horse");
        scene
    }

    fn over(sql: Rc<dyn Sql>, config: Config) -> Self {
        let app = App::open(sql, config, schema(), Ruleset::default(), NOW).unwrap();
        Self { app, now_ms: NOW }
    }

    /// The same database with other settings, as after a restart.
    fn reopened(&self, config: Config) -> Self {
        Self {
            now_ms: self.now_ms,
            ..Self::over(Rc::clone(&self.app.sql), config)
        }
    }

    fn add(&self, collection: &str, id: &str, email: &str, password: &str) {
        let HashOutcome::Hashed(hash) = hasher::run(&HashJob::Hash(Secret::new(password))) else {
            panic!("no hash");
        };
        let sql = format!(
            "INSERT INTO {collection} (id, created, updated, created_by, updated_by, email,
             emailVisibility, verified, password, tokenKey)
             VALUES (?, '', '', '', '', ?, 0, 0, ?, ?)"
        );
        let key = format!("key of {id}");
        let values = [id.into(), email.into(), hash.into(), key.into()];
        self.app.sql.execute(&sql, &values).unwrap();
    }

    fn send(&self, method: Method, path: &str, token: Option<&str>, body: Value) -> Reply {
        let step = self.step(method, path, token, body);
        settle(step, |job| hasher::run(&job))
    }

    fn step(&self, method: Method, path: &str, token: Option<&str>, body: Value) -> Step {
        self.app.handle(Request {
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
        })
    }

    fn log_in(&self, email: &str, password: &str) -> Reply {
        let body = json!({"identity": email, "password": password});
        self.send(Method::Post, LOGIN, None, body)
    }

    fn ann(&self) -> Tokens {
        tokens(&self.log_in("ann@example.com", "correct horse"))
    }

    fn me(&self, token: &str) -> u16 {
        self.send(Method::Get, ME, Some(token), Value::Null).status
    }

    fn refresh(&self, refresh: &str) -> Reply {
        self.send(
            Method::Post,
            "/auth/users/refresh",
            None,
            json!({"refreshToken": refresh}),
        )
    }
}

fn settle(mut step: Step, mut run: impl FnMut(HashJob) -> HashOutcome) -> Reply {
    loop {
        match step {
            Step::Done(reply) => return reply,
            Step::Hash(jobs, resume) => step = resume(jobs.into_iter().map(&mut run).collect()),
        }
    }
}

struct Tokens {
    access: String,
    refresh: String,
}

fn tokens(reply: &Reply) -> Tokens {
    let body = body(reply);
    assert_eq!(reply.status, 200, "{body}");
    Tokens {
        access: body["token"].as_str().unwrap().into(),
        refresh: body["refreshToken"].as_str().unwrap().into(),
    }
}

fn body(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

fn code(reply: &Reply) -> String {
    body(reply)["code"].as_str().unwrap().to_owned()
}

#[test]
fn both_forms_of_signing_in_give_tokens_and_the_own_record() {
    let scene = Scene::new();
    for path in [LOGIN, "/collections/users/auth-with-password"] {
        for identity in ["identity", "email"] {
            let credentials = json!({identity: " Ann@Example.com", "password": "correct horse"});
            let reply = scene.send(Method::Post, path, None, credentials);
            let body = body(&reply);
            assert_eq!(reply.status, 200, "{body}");
            assert_eq!(body["expiresIn"], 900);
            assert_eq!(body["record"]["email"], "ann@example.com");
            assert_eq!(body["record"]["collectionName"], "users");
            for hidden in ["password", "tokenKey"] {
                assert!(body["record"].get(hidden).is_none(), "{hidden}");
            }
            assert_eq!(scene.me(&tokens(&reply).access), 200);
        }
    }
}

#[test]
fn every_failed_sign_in_gets_the_same_answer_after_the_same_work() {
    let scene = Scene::new();
    let mut replies = Vec::new();
    for (email, password) in [
        ("ann@example.com", "wrong"),
        ("nobody@example.com", "correct horse"),
        ("sue@example.com", "correct horse"),
        ("ann", "correct horse"),
    ] {
        let body = json!({"identity": email, "password": password});
        let mut jobs = 0;
        let reply = settle(scene.step(Method::Post, LOGIN, None, body), |job| {
            jobs += 1;
            assert!(matches!(job, HashJob::Verify(..)));
            hasher::run(&job)
        });
        assert_eq!((reply.status, jobs), (400, 1), "{email}");
        replies.push(reply.body);
    }
    assert!(replies.iter().all(|reply| *reply == replies[0]));
}

#[test]
fn what_are_no_credentials_is_refused_before_any_work() {
    let scene = Scene::new();
    for (body, status) in [
        (Value::Null, 400),
        (json!({}), 400),
        (json!([]), 400),
        (json!({"identity": "ann@example.com"}), 400),
        (json!({"identity": "ann@example.com", "password": 5}), 400),
        (json!({"identity": "", "password": "x"}), 400),
        (
            json!({"identity": "ann@example.com", "password": "x".repeat(257)}),
            400,
        ),
    ] {
        match scene.step(Method::Post, LOGIN, None, body.clone()) {
            Step::Done(reply) => assert_eq!(reply.status, status, "{body}"),
            Step::Hash(..) => panic!("hashed {body}"),
        }
    }
    let unread = scene.app.handle(Request {
        method: Method::Post,
        path: LOGIN.into(),
        query: String::new(),
        headers: Headers::default(),
        body: Body::Json(r#"{"identity":"ann@example.com","password":"s3cret}"#.into()),
        request_id: "r".into(),
        now_ms: NOW,
    });
    let reply = settle(unread, |job| hasher::run(&job));
    assert_eq!(code(&reply), "bad_request");
    assert!(!reply.body.contains("s3cret"));
}

#[test]
fn only_auth_collections_have_users() {
    let scene = Scene::new();
    let credentials = json!({"identity": "ann@example.com", "password": "correct horse"});
    for name in ["posts", "nothing", "_sessions", "_superusers"] {
        let path = format!("/auth/{name}/login");
        let reply = scene.send(Method::Post, &path, None, credentials.clone());
        assert_eq!(reply.status, 404, "{name}");
    }
    let by_id = format!("/auth/{}/login", name::collection_id("users"));
    assert_eq!(
        scene.send(Method::Post, &by_id, None, credentials).status,
        200
    );
}

#[test]
fn an_old_token_does_not_stand_in_the_way_of_a_new_one() {
    let scene = Scene::new();
    let body = json!({"identity": "ann@example.com", "password": "correct horse"});
    for path in [LOGIN, "/collections/users/auth-with-password"] {
        let reply = scene.send(Method::Post, path, Some("old.old.old"), body.clone());
        assert_eq!(reply.status, 200, "{path}");
    }
    let methods = "/collections/users/auth-methods";
    let reply = scene.send(Method::Get, methods, Some("old.old.old"), Value::Null);
    assert_eq!(self::body(&reply)["password"]["enabled"], true);
}

#[test]
fn a_password_that_is_changed_while_it_is_verified_signs_nobody_in() {
    let scene = Scene::new();
    let body = json!({"identity": "ann@example.com", "password": "correct horse"});
    let reply = settle(scene.step(Method::Post, LOGIN, None, body), |job| {
        let sql = "UPDATE users SET password = '' WHERE id = 'ann'";
        scene.app.sql.execute(sql, &[]).unwrap();
        hasher::run(&job)
    });
    assert_eq!(code(&reply), "invalid_credentials");
}

#[test]
fn a_hasher_that_fails_signs_nobody_in() {
    let scene = Scene::new();
    let body = json!({"identity": "ann@example.com", "password": "correct horse"});
    for outcome in [HashOutcome::Failed, HashOutcome::Hashed("x".into())] {
        let step = scene.step(Method::Post, LOGIN, None, body.clone());
        let reply = settle(step, |_| outcome.clone());
        assert_eq!(reply.status, 500, "{outcome:?}");
    }
}

#[test]
fn the_token_is_taken_bare_and_after_bearer() {
    let scene = Scene::new();
    let access = scene.ann().access;
    for header in [
        access.clone(),
        format!("Bearer {access}"),
        format!("bearer  {access} "),
    ] {
        assert_eq!(scene.me(&header), 200, "{header}");
    }
    for header in ["", "Bearer", "Bearer "] {
        let reply = scene.send(Method::Get, ME, Some(header), Value::Null);
        assert_eq!(reply.status, 401, "{header:?}");
    }
    for header in [format!("Basic {access}"), format!("{access}x"), "x".into()] {
        let reply = scene.send(Method::Get, ME, Some(&header), Value::Null);
        assert_eq!(code(&reply), "invalid_token", "{header}");
    }
}

#[test]
fn a_token_expires_whether_or_not_it_was_seen_before() {
    for seen_before in [true, false] {
        let mut scene = Scene::new();
        let access = scene.ann().access;
        if seen_before {
            assert_eq!(scene.me(&access), 200);
        }
        scene.now_ms = NOW + ACCESS_TOKEN_SECONDS * 1000 - 1;
        assert_eq!(scene.me(&access), 200);
        scene.now_ms += 1;
        let reply = scene.send(Method::Get, ME, Some(&access), Value::Null);
        assert_eq!(code(&reply), "invalid_token");
    }
}

#[test]
fn a_token_of_another_app_or_secret_is_refused_and_of_the_previous_secret_taken() {
    let scene = Scene::new();
    let access = scene.ann().access;
    assert_eq!(scene.reopened(config("root", None, "a1")).me(&access), 200);
    assert_eq!(scene.reopened(config("root", None, "a2")).me(&access), 401);
    assert_eq!(scene.reopened(config("new", None, "a1")).me(&access), 401);
    let rotated = scene.reopened(config("new", Some("root"), "a1"));
    assert_eq!(rotated.me(&access), 200);
    let later = rotated.ann().access;
    assert_eq!(scene.reopened(config("new", None, "a1")).me(&later), 200);
}

#[test]
fn an_apps_own_key_makes_no_administrator_and_the_systems_key_no_user() {
    let scene = Scene::new();
    let claims = |collection: &str| Access {
        id: "ann".into(),
        kind: token::AUTH.into(),
        collection_id: collection.into(),
        refreshable: true,
        realm: "r1".into(),
        app: "a1".into(),
        session: "s".into(),
        email: Some("root@example.com".into()),
    };
    let system = crate::keys::Keys::of_system(&scene.app.config).unwrap();
    let app = &scene.app.users.keys;
    let users = name::collection_id("users");
    for (keys, collection) in [(app, token::ADMINS), (&system, users.as_str())] {
        let token = token::issue(keys, claims(collection), NOW).unwrap();
        assert_eq!(scene.me(&token), 401, "{collection}");
    }
    let admin = token::issue(&system, claims(token::ADMINS), NOW).unwrap();
    let reply = scene.send(
        Method::Get,
        "/collections/posts/records",
        Some(&admin),
        Value::Null,
    );
    let line: Value = serde_json::from_str(reply.log.as_deref().unwrap()).unwrap();
    assert_eq!(line["caller"], "admin/ann");
    assert_eq!(line["bypassed_rules"], true);
    assert_eq!(scene.me(&admin), 403, "an administrator is no user");
}

#[test]
fn a_user_of_one_collection_is_none_of_another() {
    let scene = Scene::new();
    let access = scene.ann().access;
    for (method, path) in [
        (Method::Get, "/auth/staff/me"),
        (Method::Post, "/collections/staff/auth-refresh"),
    ] {
        let reply = scene.send(method, path, Some(&access), Value::Null);
        assert_eq!(reply.status, 403, "{path}");
    }
    let refresh = scene.ann().refresh;
    let body = json!({"refreshToken": refresh});
    let reply = scene.send(Method::Post, "/auth/staff/refresh", None, body);
    assert_eq!(code(&reply), "invalid_token");
}

#[test]
fn me_is_the_callers_record_as_it_is_now() {
    let scene = Scene::new();
    let access = scene.ann().access;
    assert_eq!(scene.me(&access), 200);
    let sql = "UPDATE users SET verified = 1 WHERE id = 'ann'";
    scene.app.sql.execute(sql, &[]).unwrap();
    scene.app.users.forget("users", "ann");
    let reply = scene.send(Method::Get, ME, Some(&access), Value::Null);
    assert_eq!(body(&reply)["verified"], true);
    assert!(body(&reply).get("tokenKey").is_none());
    assert_eq!(scene.send(Method::Get, ME, None, Value::Null).status, 401);
}

#[test]
fn a_user_who_is_gone_or_has_another_key_is_nobody() {
    for change in [
        "DELETE FROM users WHERE id = 'ann'",
        "UPDATE users SET tokenKey = 'another' WHERE id = 'ann'",
    ] {
        let scene = Scene::new();
        let ann = scene.ann();
        assert_eq!(scene.me(&ann.access), 200);
        scene.app.sql.execute(change, &[]).unwrap();
        scene.app.users.forget_all("users");
        assert_eq!(scene.me(&ann.access), 401, "{change}");
        assert_eq!(scene.refresh(&ann.refresh).status, 401, "{change}");
    }
}

#[test]
fn forgetting_one_user_or_collection_leaves_the_others_known() {
    let scene = Scene::new();
    let ann = scene.ann();
    let bob = tokens(&scene.log_in("bob@example.com", "battery staple"));
    for access in [&ann.access, &bob.access] {
        assert_eq!(scene.me(access), 200);
    }
    scene.app.sql.execute("DELETE FROM users", &[]).unwrap();
    scene.app.users.forget("staff", "ann");
    scene.app.users.forget_all("staff");
    assert_eq!(scene.me(&ann.access), 200, "still known");
    scene.app.users.forget("users", "ann");
    assert_eq!(scene.me(&ann.access), 401);
    assert_eq!(scene.me(&bob.access), 200, "still known");
}

#[test]
fn refreshing_gives_new_tokens_of_the_same_session() {
    let scene = Scene::new();
    let first = scene.ann();
    let second = tokens(&scene.refresh(&first.refresh));
    assert_ne!(second.refresh, first.refresh);
    assert_eq!(scene.me(&second.access), 200);
    assert_eq!(scene.me(&first.access), 200, "it has not expired");
}

#[test]
fn reuse_of_a_refresh_token_ends_the_session_with_its_access_tokens() {
    let scene = Scene::new();
    let (first, other) = (scene.ann(), scene.ann());
    let second = tokens(&scene.refresh(&first.refresh));
    assert_eq!(scene.me(&second.access), 200);
    assert_eq!(code(&scene.refresh(&first.refresh)), "invalid_token");
    for access in [&first.access, &second.access] {
        assert_eq!(scene.me(access), 401);
    }
    assert_eq!(code(&scene.refresh(&second.refresh)), "invalid_token");
    assert_eq!(scene.me(&other.access), 200, "the other device stays");
}

#[test]
fn of_two_refreshes_at_once_one_wins_and_the_session_ends() {
    let scene = Scene::new();
    let first = scene.ann();
    let body = json!({"refreshToken": first.refresh});
    let path = "/auth/users/refresh";
    let steps = [
        scene.step(Method::Post, path, None, body.clone()),
        scene.step(Method::Post, path, None, body),
    ];
    let replies = steps.map(|step| settle(step, |job| hasher::run(&job)));
    assert_eq!([replies[0].status, replies[1].status], [200, 401]);
    assert_eq!(scene.me(&tokens(&replies[0]).access), 401);
}

#[test]
fn a_session_nobody_refreshes_ends() {
    let mut scene = Scene::new();
    let ann = scene.ann();
    scene.now_ms += REFRESH_TOKEN_SECONDS * 1000;
    assert_eq!(scene.refresh(&ann.refresh).status, 401);
}

#[test]
fn a_refresh_without_its_token_says_what_is_missing() {
    let scene = Scene::new();
    for body in [Value::Null, json!({}), json!({"refreshToken": 5})] {
        let reply = scene.send(Method::Post, "/auth/users/refresh", None, body.clone());
        assert_eq!(reply.status, 400, "{body}");
        assert!(reply.body.contains("refreshToken"), "{body}");
    }
}

#[test]
fn an_access_token_is_exchanged_for_a_later_one_while_it_holds() {
    let mut scene = Scene::new();
    let access = scene.ann().access;
    scene.now_ms += 800_000;
    let path = "/collections/users/auth-refresh";
    let reply = scene.send(Method::Post, path, Some(&access), Value::Null);
    let later = body(&reply);
    assert_eq!(later["record"]["id"], "ann");
    assert!(later.get("refreshToken").is_none());
    scene.now_ms += 800_000;
    assert_eq!(scene.me(later["token"].as_str().unwrap()), 200);
    for token in [Some(access.as_str()), None] {
        let reply = scene.send(Method::Post, path, token, Value::Null);
        assert_eq!(reply.status, 401, "{token:?}");
    }
}

#[test]
fn exchanged_access_tokens_do_not_outlive_the_session() {
    let mut scene = Scene::new();
    let mut access = scene.ann().access;
    let path = "/collections/users/auth-refresh";
    let step_ms = 800_000;
    let end = NOW + REFRESH_TOKEN_SECONDS * 1000;
    let mut status = 200;
    while status == 200 && scene.now_ms < end + 2 * step_ms {
        scene.now_ms += step_ms;
        scene.app.users.forget_all("users");
        let reply = scene.send(Method::Post, path, Some(&access), Value::Null);
        status = reply.status;
        if status == 200 {
            access = body(&reply)["token"].as_str().unwrap().into();
        }
    }
    assert_eq!(status, 401);
    assert!(scene.now_ms >= end);
}

#[test]
fn logging_out_ends_the_session_by_either_token_expired_or_not() {
    for by_refresh in [true, false] {
        for late in [true, false] {
            let mut scene = Scene::new();
            let (ann, other) = (scene.ann(), scene.ann());
            assert_eq!(scene.me(&ann.access), 200);
            let (token, body) = match by_refresh {
                true => (None, json!({"refreshToken": ann.refresh})),
                false => (Some(ann.access.as_str()), Value::Null),
            };
            if late {
                scene.now_ms += ACCESS_TOKEN_SECONDS * 1000;
            }
            let reply = scene.send(Method::Post, "/auth/users/logout", token, body);
            assert_eq!((reply.status, reply.body.as_str()), (204, ""));
            assert_eq!(scene.me(&ann.access), 401);
            assert_eq!(scene.refresh(&ann.refresh).status, 401);
            assert_eq!(scene.refresh(&other.refresh).status, 200);
        }
    }
}

#[test]
fn logging_out_twice_is_fine_and_without_any_token_is_not() {
    let scene = Scene::new();
    let body = json!({"refreshToken": scene.ann().refresh});
    for _ in 0..2 {
        let reply = scene.send(Method::Post, "/auth/users/logout", None, body.clone());
        assert_eq!(reply.status, 204);
    }
    let reply = scene.send(Method::Post, "/auth/users/logout", None, Value::Null);
    assert_eq!(reply.status, 400);
    let reply = scene.send(
        Method::Post,
        "/auth/users/logout",
        Some("a.b.c"),
        Value::Null,
    );
    assert_eq!(reply.status, 400);
}

#[test]
fn sign_ins_have_a_tighter_limit_than_requests() {
    let scene = Scene::new();
    let limited = scene.reopened(Config {
        requests_per_minute: 5,
        logins_per_minute: 2,
        ..config("root", None, "a1")
    });
    let ann = limited.ann();
    assert_eq!(limited.log_in("ann@example.com", "wrong").status, 400);
    let reply = limited.log_in("ann@example.com", "correct horse");
    assert_eq!((reply.status, code(&reply).as_str()), (429, "rate_limited"));
    assert!(reply.retry_after.is_some_and(|seconds| seconds <= 60));
    assert_eq!(limited.me(&ann.access), 200);
    assert_eq!(limited.me(&ann.access), 200);
    assert_eq!(limited.me(&ann.access), 429);
}

#[test]
fn no_secret_is_in_a_log_line_or_in_what_prints() {
    let scene = Scene::new();
    let ann = scene.ann();
    let hash = session::texts::<1>(
        &scene
            .app
            .sql
            .query("SELECT password FROM users WHERE id = 'ann'", &[])
            .unwrap()[0],
    )
    .unwrap();
    let secrets = [
        &ann.access,
        &ann.refresh,
        &hash[0],
        &"correct horse".to_owned(),
    ];
    let replies = [
        scene.log_in("ann@example.com", "correct horse"),
        scene.log_in("ann@example.com", "wrong horse"),
        scene.refresh(&ann.refresh),
        scene.refresh(&ann.refresh),
        scene.send(Method::Get, ME, Some(&ann.access), Value::Null),
        scene.send(
            Method::Get,
            ME,
            Some(&format!("{}x", ann.access)),
            Value::Null,
        ),
    ];
    for reply in &replies {
        let log = reply.log.as_deref().unwrap();
        assert!(
            secrets.iter().all(|secret| !log.contains(secret.as_str())),
            "{log}"
        );
        assert!(!log.contains("root") && !log.contains("horse"), "{log}");
    }
    let printed = format!("{:?} {:?}", scene.app.config, scene.app.users.keys);
    assert!(!printed.contains("root"), "{printed}");
}
