//! Words and whole numbers of options.

use airssys_wasm_engine::Error;

/// The meaning of a word; the default if there is none.
///
/// # Errors
///
/// `BAD_OPTION` naming the words that are known.
pub fn word<T: Copy + Default>(
    option: &str,
    given: Option<&str>,
    words: &[(&str, T)],
) -> Result<T, Error> {
    let Some(given) = given else {
        return Ok(T::default());
    };
    match words.iter().find(|(word, _)| *word == given) {
        Some((_, meaning)) => Ok(*meaning),
        None => {
            let known: Vec<String> = words.iter().map(|(word, _)| format!("'{word}'")).collect();
            Err(Error::option(
                option,
                format!("expected {}, got '{given}'", known.join(" or ")),
            ))
        }
    }
}

/// A JavaScript number as a whole number.
///
/// # Errors
///
/// `BAD_OPTION` for a number that is negative, fractional or too large.
pub fn whole<T: TryFrom<u64>>(option: &str, given: Option<f64>) -> Result<Option<T>, Error> {
    let Some(given) = given else {
        return Ok(None);
    };
    // A cast saturates, so a number that is negative, fractional, NaN or too large does not convert back to itself.
    let integer = given as u64;
    if integer as f64 != given {
        return Err(Error::option(
            option,
            format!(
                "expected a whole number that is not negative, got {}",
                describe(given)
            ),
        ));
    }
    match T::try_from(integer) {
        Ok(value) => Ok(Some(value)),
        Err(_) => Err(Error::option(option, format!("{given} is too large"))),
    }
}

/// A number as JavaScript writes it.
fn describe(number: f64) -> String {
    match number.is_infinite() {
        true if number > 0.0 => "Infinity".to_owned(),
        true => "-Infinity".to_owned(),
        false => number.to_string(),
    }
}
