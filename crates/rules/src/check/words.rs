//! The words of the language, for those who must have used all of them.

use super::{builtin, call, fact, function};

/// Every function, modifier, built-in macro and value of the clock, as it is written.
pub fn words() -> Vec<String> {
    let functions = function::FUNCTIONS.iter().map(|name| format!("{name}()"));
    let modifiers = call::MODIFIERS.iter().map(|name| format!(":{name}"));
    let macros = builtin::MACROS.iter().map(|name| format!("@{name}"));
    let moments = fact::MOMENTS.iter().map(|(name, ..)| format!("@{name}"));
    functions
        .chain(modifiers)
        .chain(macros)
        .chain(moments)
        .collect()
}
