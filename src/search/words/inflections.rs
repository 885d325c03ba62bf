//! Other forms of a word, so that the plural finds the singular and the past the present.

/// The shortest word that is inflected.
const SHORTEST: usize = 4;

/// Words that are other forms of this one, by the rules of English, and for the plural by those of every
/// language that forms it with an s. Some are no words at all, which costs a look-up and finds nothing.
/// Forms that begin with the word itself are left out: they are found as they are.
pub(crate) fn inflections(word: &str) -> Vec<String> {
    if word.len() < SHORTEST || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut bases = bases(word);
    bases.push(word.to_owned());
    let mut out: Vec<String> = bases.iter().flat_map(|base| forms(base)).collect();
    out.retain(|form| form.len() > 2 && !form.starts_with(word));
    out.sort_unstable();
    out.dedup();
    out
}

/// What a word may be a form of.
fn bases(word: &str) -> Vec<String> {
    if let Some(stem) = word.strip_suffix("ies").or_else(|| word.strip_suffix("ied")) {
        return vec![format!("{stem}y"), format!("{stem}ie")];
    }
    if let Some(stem) = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed")) {
        return bases_of_verb(stem);
    }
    let Some(stem) = word.strip_suffix('s').filter(|stem| !stem.ends_with(['s', 'u', 'i'])) else {
        return Vec::new();
    };
    let mut bases = vec![stem.to_owned()];
    bases.extend(stem.strip_suffix('e').filter(|base| takes_es(base)).map(str::to_owned));
    bases
}

/// The verbs whose past or participle begins with `stem`.
fn bases_of_verb(stem: &str) -> Vec<String> {
    if stem.len() < 2 || !stem.contains(['a', 'e', 'i', 'o', 'u', 'y']) {
        return Vec::new();
    }
    let mut bases = vec![stem.to_owned(), format!("{stem}e")];
    let mut letters = stem.bytes().rev();
    if let (Some(last), Some(before)) = (letters.next(), letters.next())
        && last == before
    {
        bases.push(stem[..stem.len() - 1].to_owned());
    }
    bases
}

/// The forms of a word in its base form, itself first.
fn forms(base: &str) -> Vec<String> {
    let with = |stem: &str, endings: &[&str]| -> Vec<String> {
        std::iter::once(base.to_owned())
            .chain(endings.iter().map(|ending| format!("{stem}{ending}")))
            .collect()
    };
    let is_vowel = |byte: Option<u8>| matches!(byte, Some(b'a' | b'e' | b'i' | b'o' | b'u'));
    let mut letters = base.bytes().rev();
    let (last, before, first) = (letters.next(), letters.next(), letters.next());
    match last {
        Some(b'y') if !is_vowel(before) => with(&base[..base.len() - 1], &["ies", "ied", "ying"]),
        Some(b'e') => with(&base[..base.len() - 1], &["es", "ed", "ing"]),
        _ if takes_es(base) => with(base, &["es", "ed", "ing"]),
        // Stop and stopped: the last letter is doubled after a short vowel.
        Some(last) if !is_vowel(Some(last)) && is_vowel(before) && !is_vowel(first) => {
            let doubled = char::from(last);
            let mut forms = with(base, &["s", "ed", "ing"]);
            forms.extend(["ed", "ing"].map(|ending| format!("{base}{doubled}{ending}")));
            forms
        }
        _ => with(base, &["s", "ed", "ing"]),
    }
}

fn takes_es(base: &str) -> bool {
    base.ends_with(['s', 'x', 'z', 'o']) || base.ends_with("ch") || base.ends_with("sh")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plural_and_tense_find_each_other() {
        for (word, form) in [
            ("refunds", "refund"),
            ("refunded", "refunding"),
            ("cities", "city"),
            ("city", "cities"),
            ("movies", "movie"),
            ("boxes", "box"),
            ("making", "make"),
            ("make", "making"),
            ("charged", "charge"),
            ("charging", "charged"),
            ("stopped", "stop"),
            ("stopping", "stops"),
            ("studied", "study"),
            ("trying", "tries"),
            ("facturas", "factura"),
        ] {
            assert!(inflections(word).iter().any(|other| other == form), "{word} and {form}");
        }
    }

    #[test]
    fn what_is_no_form_is_left_alone() {
        for word in ["bus", "status", "analysis", "class", "thing", "bed", "café", "2026s", "中"] {
            let forms = inflections(word);
            assert!(!forms.iter().any(|form| word.starts_with(form.as_str())), "{word}: {forms:?}");
        }
    }

    proptest! {
        #[test]
        fn no_word_has_many_forms(word in "[a-zé]{0,64}") {
            prop_assert!(inflections(&word).len() <= 24);
        }
    }
}
