//! Access tokens: who a request is from, and when it is from nobody.

use super::*;

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
        id: "annannannannann".into(),
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
    assert_eq!(line["caller"], "admin/annannannannann");
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
    let sql = "UPDATE users SET verified = 1 WHERE id = 'annannannannann'";
    scene.app.sql.execute(sql, &[]).unwrap();
    scene.app.users.forget("users", "annannannannann");
    let reply = scene.send(Method::Get, ME, Some(&access), Value::Null);
    assert_eq!(body(&reply)["verified"], true);
    assert!(body(&reply).get("tokenKey").is_none());
    assert_eq!(scene.send(Method::Get, ME, None, Value::Null).status, 401);
}

#[test]
fn a_user_who_is_gone_or_has_another_key_is_nobody() {
    for change in [
        "DELETE FROM users WHERE id = 'annannannannann'",
        "UPDATE users SET tokenKey = 'another' WHERE id = 'annannannannann'",
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
    scene.app.users.forget("staff", "annannannannann");
    scene.app.users.forget_all("staff");
    assert_eq!(scene.me(&ann.access), 200, "still known");
    scene.app.users.forget("users", "annannannannann");
    assert_eq!(scene.me(&ann.access), 401);
    assert_eq!(scene.me(&bob.access), 200, "still known");
}
