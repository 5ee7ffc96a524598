//! Passwords and emails in writes of records: who may change them, and what
//! ends with it.

use super::*;

const ANN: &str = "/collections/users/records/annannannannann";

impl Scene {
    fn patch(&self, token: Option<&str>, body: Value) -> Reply {
        self.send(Method::Patch, ANN, token, body)
    }

    fn admin(&self) -> String {
        let system = crate::keys::Keys::of_system(&self.app.config).unwrap();
        let access = Access {
            id: "root".into(),
            kind: token::AUTH.into(),
            collection_id: token::ADMINS.into(),
            refreshable: true,
            realm: String::new(),
            app: String::new(),
            session: "s".into(),
            email: None,
        };
        token::issue(&system, access, self.now_ms).unwrap()
    }
}

fn field_code(reply: &Reply, field: &str) -> String {
    let body = body(reply);
    body["data"][field]["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_new_password_needs_the_old_one_and_ends_every_session() {
    let scene = Scene::new();
    let (ann, other) = (scene.ann(), scene.ann());
    let change = |old: &str| json!({"password": "a new password", "oldPassword": old});
    for (body, code) in [
        (json!({"password": "a new password"}), "required"),
        (change("wrong"), "mismatch"),
        (change(&"x".repeat(300)), "required"),
    ] {
        let reply = scene.patch(Some(&ann.access), body);
        assert_eq!(
            (reply.status, field_code(&reply, "oldPassword").as_str()),
            (400, code)
        );
    }
    assert_eq!(scene.me(&ann.access), 200, "nothing has changed");
    let reply = scene.patch(Some(&ann.access), change("correct horse"));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(!reply.body.contains("argon2") && !reply.body.contains("password"));
    for tokens in [&ann, &other] {
        assert_eq!(scene.me(&tokens.access), 401);
        assert_eq!(scene.refresh(&tokens.refresh).status, 401);
    }
    assert_eq!(scene.log_in("ann@example.com", "correct horse").status, 400);
    assert_eq!(
        scene.log_in("ann@example.com", "a new password").status,
        200
    );
}

#[test]
fn who_may_not_write_learns_nothing_of_the_password() {
    let scene = Scene::new();
    let bob = tokens(&scene.log_in("bob@example.com", "battery staple"));
    let guesses = ["correct horse", "wrong"].map(|old| {
        let body = json!({"password": "a new password", "oldPassword": old});
        match scene.step(Method::Patch, ANN, Some(&bob.access), body) {
            Step::Done(reply) => (reply.status, reply.body),
            _ => panic!("hashed for somebody who may not write"),
        }
    });
    assert_eq!(guesses[0].0, 404);
    assert_eq!(guesses[0], guesses[1]);
}

#[test]
fn an_administrator_sets_a_password_without_the_old_one() {
    let scene = Scene::new();
    let ann = scene.ann();
    let admin = scene.admin();
    let reply = scene.patch(Some(&admin), json!({"password": "a new password"}));
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(scene.me(&ann.access), 401);
    assert_eq!(
        scene.log_in("ann@example.com", "a new password").status,
        200
    );
}

#[test]
fn an_email_changes_with_the_password_and_is_unproven_then() {
    let scene = Scene::new();
    let sql = "UPDATE users SET verified = 1 WHERE id = 'annannannannann'";
    scene.app.sql.execute(sql, &[]).unwrap();
    let ann = scene.ann();
    let same = scene.patch(Some(&ann.access), json!({"email": "ANN@example.com"}));
    assert_eq!((same.status, &body(&same)["verified"]), (200, &json!(true)));
    let without = scene.patch(Some(&ann.access), json!({"email": "a@example.com"}));
    assert_eq!(field_code(&without, "oldPassword"), "required");
    let with = json!({"email": "A@example.com", "oldPassword": "correct horse"});
    let reply = scene.patch(Some(&ann.access), with);
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(body(&reply)["email"], "a@example.com");
    assert_eq!(body(&reply)["verified"], false);
    assert_eq!(scene.me(&ann.access), 200, "the session goes on");
    assert_eq!(scene.log_in("a@example.com", "correct horse").status, 200);
    assert_eq!(scene.log_in("ann@example.com", "correct horse").status, 400);
}

#[test]
fn a_write_that_leaves_the_password_alone_hashes_nothing() {
    let scene = Scene::new();
    let ann = scene.ann();
    for (body, status) in [
        (json!({"emailVisibility": true}), 200),
        (json!({"password": "", "emailVisibility": false}), 400),
    ] {
        match scene.step(Method::Patch, ANN, Some(&ann.access), body) {
            Step::Done(reply) => assert_eq!(reply.status, status, "{}", reply.body),
            _ => panic!("hashed"),
        }
    }
    assert_eq!(scene.me(&ann.access), 200);
}

#[test]
fn of_two_password_changes_at_once_one_wins() {
    let scene = Scene::new();
    let ann = scene.ann();
    let change = |new: &str| json!({"password": new, "oldPassword": "correct horse"});
    let [first, second] = ["the first password", "the second password"]
        .map(|new| scene.step(Method::Patch, ANN, Some(&ann.access), change(new)));
    let statuses = [first, second].map(|step| settle(step, |job| hasher::run(&job)).status);
    assert_eq!(statuses, [200, 409]);
    assert_eq!(
        scene.log_in("ann@example.com", "the first password").status,
        200
    );
}

#[test]
fn a_record_that_was_not_there_when_its_password_was_read_keeps_its_own() {
    let scene = Scene::new();
    let id = "newnewnewnewnew";
    let upsert = |password: &str| {
        json!({
            "method": "PUT", "url": "/api/collections/users/records",
            "body": {"id": id, "email": "new@example.com", "password": password},
        })
    };
    let body = json!({"requests": [upsert("the first password"), upsert("the second one")]});
    let reply = scene.send(Method::Post, "/batch", None, body);
    assert!(reply.status >= 400, "{}", reply.body);
    assert_eq!(
        scene.log_in("new@example.com", "the second one").status,
        400
    );
}

#[test]
fn who_deletes_their_record_is_signed_out() {
    let scene = Scene::new();
    let ann = scene.ann();
    assert_eq!(scene.me(&ann.access), 200);
    let reply = scene.send(Method::Delete, ANN, Some(&ann.access), Value::Null);
    assert_eq!(reply.status, 204, "{}", reply.body);
    assert_eq!(scene.me(&ann.access), 401);
    assert_eq!(scene.refresh(&ann.refresh).status, 401);
}

#[test]
fn a_batch_hashes_what_it_needs_and_writes_it_all_or_nothing() {
    let scene = Scene::new();
    let create = |email: &str| {
        json!({
            "method": "POST", "url": "/api/collections/users/records",
            "body": {"email": email, "password": "a good password"},
        })
    };
    let send = |emails: [&str; 2]| {
        let body = json!({"requests": emails.map(create)});
        scene.send(Method::Post, "/batch", None, body).status
    };
    assert_eq!(send(["dan@example.com", "ann@example.com"]), 400);
    assert_eq!(
        scene.log_in("dan@example.com", "a good password").status,
        400
    );
    assert_eq!(send(["dan@example.com", "eve@example.com"]), 200);
    for email in ["dan@example.com", "eve@example.com"] {
        assert_eq!(scene.log_in(email, "a good password").status, 200);
    }
}
