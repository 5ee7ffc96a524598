//! What an app serves whose new schema was refused.

use std::rc::Rc;

use ringfence::app::App;
use ringfence::config::{Config, Quotas};
use ringfence::http::{Body, Headers, Method, Reply, Request, Secret, Step};
use ringfence::keys::Keys;
use ringfence::token::{self, Access};
use ringfence_rules::Ruleset;

use crate::{NOTES, TWO_NOTES, database, rows, schema};

fn config() -> Config {
    Config {
        realm_id: "realm".into(),
        app_id: "app".into(),
        secret: Secret::new("a secret of the tests"),
        previous_secret: None,
        requests_per_minute: 0,
        logins_per_minute: 0,
        quotas: Quotas::default(),
        logs_every_request: false,
    }
}

fn administrator() -> String {
    let access = Access {
        id: "admin".into(),
        kind: token::AUTH.into(),
        collection_id: token::ADMINS.into(),
        refreshable: true,
        realm: String::new(),
        app: String::new(),
        session: "session".into(),
        email: None,
    };
    token::issue(&Keys::of_system(&config()).unwrap(), access, 0).unwrap()
}

fn ask(app: &Rc<App>, authorization: Option<String>) -> Reply {
    let request = Request {
        method: Method::Get,
        path: "/collections/notes/records".into(),
        query: String::new(),
        headers: Headers {
            authorization,
            ..Headers::default()
        },
        body: Body::Empty,
        request_id: "request".into(),
        now_ms: 0,
    };
    match app.handle(request) {
        Step::Done(reply) => reply,
        _ => panic!("nothing to hash"),
    }
}

#[test]
fn it_is_unavailable_and_says_why_to_its_administrator_and_the_log() {
    let sql = Rc::new(database(&[NOTES], &TWO_NOTES));
    let open = |notes: &str| {
        let schema = schema(&[("notes", notes)]);
        App::open(sql.clone(), config(), schema, Ruleset::default(), 0).unwrap()
    };
    let app = open("");
    let told = ask(&app, None);
    assert_eq!(told.status, 503);
    assert!(
        told.body.contains("unavailable") && !told.body.contains("title"),
        "{}",
        told.body
    );
    assert!(told.cause.unwrap().contains("notes.title"));
    let told = ask(&app, Some(administrator()));
    assert_eq!(told.status, 503);
    assert!(
        told.body.contains("`dropped = [\\\"title\\\"]`"),
        "{}",
        told.body
    );
    assert_eq!(
        rows(&sql, "SELECT title FROM notes ORDER BY id"),
        ["one", "two"]
    );
    let app = open("dropped = ['title']");
    assert_eq!(ask(&app, Some(administrator())).status, 200);
}
