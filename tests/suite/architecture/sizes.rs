//! Files and functions that one page no longer holds.

use super::product;

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

/// Longer files, with the reason why cutting them would make them harder to read.
const LONG_FILES: &[(&str, &str)] = &[];

#[test]
fn files_stay_short_enough_to_read_in_one_sitting() {
    let mut unreasoned = Vec::new();
    for source in product().iter().filter(|source| source.lines > FILE_LINES) {
        let file = source.file.display().to_string();
        match LONG_FILES.iter().find(|(name, _)| *name == file) {
            Some((_, reason)) => println!("{file}: {} lines: {reason}", source.lines),
            None => unreasoned.push(format!("{file}: {} lines", source.lines)),
        }
    }
    assert!(unreasoned.is_empty(), "over {FILE_LINES} lines; cut by question:\n{}", unreasoned.join("\n"));
}

#[test]
fn exceptions_are_still_needed() {
    let sources = product();
    for (file, _) in LONG_FILES {
        let long = sources.iter().any(|source| source.file.ends_with(file) && source.lines > FILE_LINES);
        assert!(long, "{file} is no longer over {FILE_LINES} lines, or no longer there");
    }
}

/// A list for the reader; clippy refuses functions of more than 100 lines.
#[test]
fn long_functions_are_listed() {
    let mut long: Vec<_> = product()
        .into_iter()
        .flat_map(|source| {
            let file = source.file;
            source.functions.into_iter().map(move |function| (file.clone(), function))
        })
        .filter(|(_, function)| function.lines > FUNCTION_LINES)
        .collect();
    long.sort_by_key(|(_, function)| std::cmp::Reverse(function.lines));
    println!("{} functions over {FUNCTION_LINES} lines", long.len());
    for (file, function) in long {
        println!("{}:{}: {}, {} lines", file.display(), function.line, function.name, function.lines);
        assert!(function.lines <= 2 * FUNCTION_LINES, "{} is no function but a chapter", function.name);
    }
}
