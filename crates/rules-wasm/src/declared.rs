//! An app as JavaScript has it: what the files of `schema/` and `rules/` say, as
//! JSON. Takes of a field what rules depend on; the rest (lengths, patterns,
//! indexes) the server checks.

use ringfence_rules::Ruleset;
use ringfence_schema::name::{collection_id, nearest};
use ringfence_schema::system;
use ringfence_schema::{
    Collection, CollectionKind, Document, Field, FieldKind, FileLimits, Macro, OnDelete, Schema,
    Value,
};

use crate::{object, texts};

/// Where an app's own macros are, as the file `rules/_macros.toml`.
const MACROS: &str = "_macros";

const TYPES: [&str; 13] = [
    "text", "number", "bool", "email", "url", "date", "autodate", "select", "json", "relation",
    "geo", "file", "password",
];

/// A schema and the rules that hold in it.
pub(crate) struct Declared {
    pub schema: Schema,
    pub rules: Ruleset,
}

impl Declared {
    /// Reads both, or says what is wrong, a line for each mistake.
    pub fn read(schema: &str, rules: &str) -> Result<Self, String> {
        let mut rules = object(rules, "the rules")?;
        let macros = match rules.remove(MACROS) {
            Some(Value::Object(macros)) => macros,
            _ => Document::new(),
        };
        // An object of JSON is read in the order of its names.
        let mut collections = Vec::new();
        for (name, said) in &object(schema, "the schema")? {
            if said.get("dropped") != Some(&Value::Bool(true)) {
                collections.push(collection(name, said)?);
            }
        }
        let schema = Schema {
            collections,
            dropped: Vec::new(),
            macros: macros.iter().map(own_macro).collect::<Result<_, _>>()?,
        };
        match Ruleset::new(&schema, &texts::read(&rules)?) {
            Ok(rules) => Ok(Self { schema, rules }),
            Err(errors) => {
                let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Err(lines.join("\n"))
            }
        }
    }
}

fn own_macro((signature, text): (&String, &Value)) -> Result<Macro, String> {
    let text = text.as_str();
    Macro::new(
        signature,
        text.ok_or_else(|| format!("the macro {signature} is no text"))?,
    )
}

fn collection(name: &str, said: &Value) -> Result<Collection, String> {
    let kind = match said.get("kind").and_then(Value::as_str) {
        Some("auth") => CollectionKind::Auth,
        _ => CollectionKind::Base,
    };
    let mut fields = system::fields(kind);
    let declared = said.get("fields").and_then(Value::as_object);
    for (field_name, options) in declared.into_iter().flatten() {
        let field =
            field(field_name, options).map_err(|why| format!("{name}.{field_name}: {why}"))?;
        // A declared password says more of the one that is there.
        if !fields.iter().any(|own| own.name == field.name) {
            fields.push(field);
        }
    }
    let id = said.get("id").and_then(Value::as_str);
    let former = said.get("renamed_from").and_then(texts::names);
    let first = former.as_ref().and_then(|names| names.first());
    Ok(Collection {
        id: id.map_or_else(
            || collection_id(first.map_or(name, String::as_str)),
            str::to_owned,
        ),
        name: name.to_owned(),
        kind,
        fields,
        indexes: Vec::new(),
        renamed_from: Vec::new(),
        dropped: Vec::new(),
    })
}

fn field(name: &str, said: &Value) -> Result<Field, String> {
    let flag = |option: &str| said.get(option) == Some(&Value::Bool(true));
    let many = flag("many");
    let type_name = said.get("type").and_then(Value::as_str).unwrap_or_default();
    let kind = match type_name {
        "text" => FieldKind::Text {
            min: None,
            max: None,
            pattern: None,
        },
        "number" => FieldKind::Number {
            integer: flag("integer"),
            min: None,
            max: None,
        },
        "bool" => FieldKind::Bool,
        "email" => FieldKind::Email,
        "url" => FieldKind::Url,
        "date" => FieldKind::Date {
            min: None,
            max: None,
        },
        "autodate" => FieldKind::Autodate {
            on_create: flag("on_create"),
            on_update: flag("on_update"),
        },
        "select" => FieldKind::Select {
            values: said
                .get("values")
                .and_then(texts::names)
                .unwrap_or_default(),
            many,
            max: None,
        },
        "json" => FieldKind::Json { max: None },
        "relation" => FieldKind::Relation {
            collection: said
                .get("collection")
                .and_then(Value::as_str)
                .ok_or("a relation says to which collection")?
                .to_owned(),
            many,
            max: None,
            on_delete: OnDelete::SetNull,
        },
        "geo" => FieldKind::Geo,
        "file" => FieldKind::File {
            many,
            max: None,
            limits: FileLimits::default(),
        },
        "password" => FieldKind::Password {
            min: system::PASSWORD_MIN,
        },
        unknown => {
            let near = nearest(unknown, TYPES).map(str::to_owned);
            let known = near.unwrap_or_else(|| TYPES.join(", "));
            return Err(format!("there is no type `{unknown}`, but {known}"));
        }
    };
    Ok(Field {
        nullable: flag("nullable"),
        hidden: flag("hidden"),
        ..Field::new(name, kind)
    })
}
