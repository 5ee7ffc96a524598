//! Each endpoint both ways: who may, who may not, and what it gives away.

use std::rc::Rc;

use ringfence_rules::{OperationTexts, Ruleset};
use ringfence_schema::{Collection, CollectionKind, Schema, name, system};
use serde_json::{Value, json};

use super::*;
use crate::config::{Config, Quotas};
use crate::hasher;
use crate::http::{Body, HashJob, HashOutcome, Reply, Request, Secret};
use crate::limits::{ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS};
use crate::session;
use crate::store::Sql;
use crate::store::native::NativeSql;

mod callers;
mod register;
mod sessions;
mod sign_in;
mod writes;

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
        quotas: Quotas::default(),
        logs_every_request: true,
    }
}

fn schema() -> Schema {
    Schema {
        dropped: Vec::new(),
        macros: Vec::new(),
        collections: vec![
            collection("posts", CollectionKind::Base),
            collection("staff", CollectionKind::Auth),
            collection("users", CollectionKind::Auth),
        ],
    }
}

/// Users sign up and change themselves; staff is for administrators.
fn rules() -> Ruleset {
    let own = || Some("id = @request.auth.id".to_owned());
    let users = OperationTexts {
        insert: Some("true".into()),
        view: own(),
        update: own(),
        delete: own(),
        ..OperationTexts::default()
    };
    Ruleset::new(&schema(), &[("users".to_owned(), users)].into()).unwrap()
}

impl Scene {
    fn new() -> Self {
        let sql = Rc::new(NativeSql::memory().unwrap());
        let scene = Self::over(sql, config("root", None, "a1"));
        scene.add(
            "users",
            "annannannannann",
            "ann@example.com",
            "correct horse",
        );
        scene.add(
            "users",
            "bobbobbobbobbob",
            "bob@example.com",
            "battery staple",
        );
        scene.add(
            "staff",
            "suesuesuesuesue",
            "sue@example.com",
            "correct horse",
        );
        scene
    }

    fn over(sql: Rc<dyn Sql>, config: Config) -> Self {
        let app = App::open(sql, config, schema(), rules(), NOW).unwrap();
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
            Step::Bucket(..) | Step::Front(_) => panic!("nobody has files here"),
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
