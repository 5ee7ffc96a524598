//! Signing in: who gets in, and what the others learn.

use super::*;

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
            _ => panic!("hashed {body}"),
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
fn a_shape_that_cannot_be_is_refused_before_any_work() {
    let scene = Scene::new();
    let body = json!({"identity": "ann@example.com", "password": "correct horse"}).to_string();
    for query in ["expand=nothing", "fields=a..b", "exapnd=posts"] {
        let step = scene.app.handle(Request {
            method: Method::Post,
            path: LOGIN.into(),
            query: query.into(),
            headers: Headers::default(),
            body: Body::Json(body.clone()),
            request_id: "r".into(),
            now_ms: NOW,
        });
        let Step::Done(reply) = step else {
            panic!("hashed for {query}");
        };
        assert_eq!(reply.status, 400, "{query}");
    }
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
        let sql = "UPDATE users SET password = '' WHERE id = 'annannannannann'";
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
fn while_too_many_wait_a_sign_in_is_told_to_come_back() {
    let scene = Scene::new();
    for (method, path, sent) in [
        (
            Method::Post,
            LOGIN,
            json!({"identity": "ann@example.com", "password": "x"}),
        ),
        (
            Method::Post,
            "/auth/users/register",
            json!({"email": "cleo@example.com", "password": "a good password"}),
        ),
    ] {
        let reply = settle(scene.step(method, path, None, sent), |_| HashOutcome::Busy);
        assert_eq!(
            (reply.status, code(&reply).as_str()),
            (503, "unavailable"),
            "{path}"
        );
        assert!(reply.retry_after.is_some());
    }
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
            .query(
                "SELECT password FROM users WHERE id = 'annannannannann'",
                &[],
            )
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
