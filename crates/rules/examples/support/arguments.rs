//! The command line of the commands about rules: `--help`, and of those that take
//! them `--json` and a folder.

use std::process::ExitCode;

/// The words given to a command that has these options and takes so many words beside
/// them. A question for help, and a word that is not understood, are answered here:
/// then there is only the code to end with.
pub fn words(
    given: impl Iterator<Item = String>,
    help: &str,
    options: &[&str],
    most: usize,
) -> Result<Vec<String>, ExitCode> {
    let words: Vec<String> = given.skip(1).collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{help}");
        return Err(ExitCode::SUCCESS);
    }
    let others = words
        .iter()
        .filter(|word| !options.contains(&word.as_str()));
    let unknown = others
        .enumerate()
        .find(|(at, word)| *at >= most || word.starts_with('-'));
    match unknown {
        Some((_, word)) => {
            eprintln!("`{word}` is not understood\n\n{help}");
            Err(ExitCode::FAILURE)
        }
        None => Ok(words),
    }
}
