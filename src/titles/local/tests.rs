//! Titles that a native reader would find right, and what holds for every text.

use icu_segmenter::GraphemeClusterSegmenter;
use proptest::prelude::*;

use super::*;

fn title(text: &str) -> Option<String> {
    Title::of_text(text).map(|title| title.as_str().to_owned())
}

#[track_caller]
fn all(table: &[(&str, &str)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(text, expected)| (*text, *expected, title(text)))
        .filter(|(_, expected, made)| made.as_deref() != Some(*expected))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn in_every_language() {
    all(&[
        // en, de, fr, es, pt, it, nl, ca
        ("Hi, how do I reset my password?", "How do I reset my password?"),
        ("Hallo zusammen, wie kündige ich meinen Vertrag?", "Wie kündige ich meinen Vertrag?"),
        ("Grüß Gott! was kostet z. B. ein Auto?", "Was kostet z. B. ein Auto?"),
        ("Bonjour ! Comment réinitialiser mon mot de passe ?", "Comment réinitialiser mon mot de passe ?"),
        ("¡Hola! ¿cómo puedo restablecer mi contraseña?", "¿Cómo puedo restablecer mi contraseña?"),
        ("Olá, como faço para trocar a senha?", "Como faço para trocar a senha?"),
        ("Ciao a tutti, come cambio la password?", "Come cambio la password?"),
        ("Hoi, hoe wijzig ik mijn wachtwoord?", "Hoe wijzig ik mijn wachtwoord?"),
        ("ijs maken zonder machine", "IJs maken zonder machine"),
        ("Bon dia, com puc canviar la contrasenya?", "Com puc canviar la contrasenya?"),
        // pl, cs, ro, hu, hr
        ("Cześć, jak zmienić hasło?", "Jak zmienić hasło?"),
        ("Dobrý den, jak si změním heslo?", "Jak si změním heslo?"),
        ("Bună ziua, cum îmi schimb parola?", "Cum îmi schimb parola?"),
        ("Sziasztok! hogyan változtatom meg a jelszavamat?", "Hogyan változtatom meg a jelszavamat?"),
        ("Dobar dan, kako mogu promijeniti lozinku?", "Kako mogu promijeniti lozinku?"),
        // ru, uk, bg, el
        ("Привет! как сбросить пароль от почты?", "Как сбросить пароль от почты?"),
        ("Здравствуйте, отмените мой заказ. Спасибо", "Отмените мой заказ"),
        ("Привіт, як скинути пароль?", "Як скинути пароль?"),
        ("Здравейте, как да сменя паролата си?", "Как да сменя паролата си?"),
        ("Γεια σας, πώς αλλάζω τον κωδικό μου;", "Πώς αλλάζω τον κωδικό μου;"),
        ("Πώς αλλάζω κωδικό; Δεν τον θυμάμαι.", "Πώς αλλάζω κωδικό;"),
        // tr, ar, he, fa
        ("merhaba, iptal işlemi nasıl yapılır?", "İptal işlemi nasıl yapılır?"),
        ("مرحبا، كيف يمكنني إعادة تعيين كلمة المرور؟", "كيف يمكنني إعادة تعيين كلمة المرور؟"),
        ("السلام عليكم ورحمة الله وبركاته، عندي سؤال عن الفاتورة", "عندي سؤال عن الفاتورة"),
        ("שלום, איך אני מאפס את הסיסמה שלי?", "איך אני מאפס את הסיסמה שלי?"),
        ("سلام، چطور رمز عبورم را تغییر دهم؟", "چطور رمز عبورم را تغییر دهم؟"),
        // hi, bn, ta
        ("नमस्ते, मेरा ऑर्डर कहाँ है? धन्यवाद", "मेरा ऑर्डर कहाँ है?"),
        ("मैं अपना पासवर्ड कैसे बदलूँ जब मेरा फ़ोन खो गया है?", "मैं अपना पासवर्ड कैसे बदलूँ जब"),
        ("मेरा पासवर्ड बदलें। धन्यवाद।", "मेरा पासवर्ड बदलें"),
        ("হ্যালো, আমার অর্ডার কোথায়?", "আমার অর্ডার কোথায়?"),
        ("வணக்கம், கடவுச்சொல்லை எப்படி மாற்றுவது?", "கடவுச்சொல்லை எப்படி மாற்றுவது?"),
        // zh, ja, ko
        ("你好，请问如何重置我的密码？", "请问如何重置我的密码？"),
        ("请帮我写一封关于延迟交货的道歉邮件给客户，谢谢", "请帮我写一封关于延迟交货"),
        ("什么是机器学习？请用简单的语言解释。", "什么是机器学习？"),
        ("こんにちは。パスワードをリセットする方法を教えてください", "パスワードをリセットする"),
        ("안녕하세요, 비밀번호를 어떻게 재설정하나요?", "비밀번호를 어떻게 재설정하나요?"),
        // th, km, vi, id
        ("สวัสดีครับ ผมอยากทราบวิธีคืนสินค้า", "ผมอยากทราบวิธีคืนสินค้า"),
        ("ฉันจะรีเซ็ตรหัสผ่านได้อย่างไร", "ฉันจะรีเซ็ตรหัสผ่านได้"),
        ("សួស្តី ខ្ញុំចង់ប្តូរពាក្យសម្ងាត់", "ខ្ញុំចង់ប្តូរពាក្យសម្ងាត់"),
        ("Xin chào, làm sao để đổi mật khẩu?", "Làm sao để đổi mật khẩu?"),
        ("Halo kak, bagaimana cara mengganti kata sandi?", "Bagaimana cara mengganti kata sandi?"),
        // sv, no, da, fi, ka
        ("Hej! hur byter jag lösenord?", "Hur byter jag lösenord?"),
        ("Hei alle sammen, hvordan bytter jeg passord?", "Hvordan bytter jeg passord?"),
        ("Godaften, hvordan skifter jeg adgangskode?", "Hvordan skifter jeg adgangskode?"),
        ("Moi! miten vaihdan salasanani?", "Miten vaihdan salasanani?"),
        ("გამარჯობა, როგორ შევცვალო პაროლი?", "როგორ შევცვალო პაროლი?"),
    ]);
}

#[test]
fn greetings_go_only_where_they_stand_alone() {
    all(&[
        ("Hello there! Where is my parcel P-88?", "Where is my parcel P-88?"),
        ("Hi!\nGood morning.\nHow are you?\nMy printer is broken.", "My printer is broken"),
        ("Hi Anna, can you help me with taxes", "Can you help me with taxes"),
        ("Hi 👋🏽 sort a list", "Sort a list"),
        ("HELLO — sort a list", "Sort a list"),
        ("Hello there!", "Hello there"),
        ("Hi", "Hi"),
        ("你好", "你好"),
        ("hello world program in C", "Hello world program in C"),
        ("Hello World, in Rust", "Hello World, in Rust"),
        ("Hi-fi speakers under 200", "Hi-fi speakers under 200"),
        ("hi.txt is empty", "hi.txt is empty"),
        ("Hello \"you\" is wrong", "Hello \"you\" is wrong"),
        ("History of Rome", "History of Rome"),
    ]);
}

#[test]
fn markdown_is_read_and_not_shown() {
    all(&[
        ("# Fix the **login** bug\n\nIt crashes", "Fix the login bug"),
        ("- first\n- second", "First"),
        ("> quoted text\n\nmine", "Quoted text"),
        ("1. [x] do *this*", "Do this"),
        ("explain `git rebase -i` to me", "Explain git rebase -i to me"),
        ("[docs](https://a.example/c) are wrong", "Docs are wrong"),
        ("![a cat](cat.png)", "A cat"),
        ("snake_case or 2 * 3 * 4", "snake_case or 2 * 3 * 4"),
        ("    indented by mistake", "Indented by mistake"),
        ("R&amp;D plan&#10;more", "R&D plan"),
        ("<div> is not centered", "<div> is not centered"),
        ("---\n\nafter a line", "After a line"),
    ]);
}

#[test]
fn code_counts_when_nothing_else_is_there() {
    all(&[
        ("What does this do?\n```rust\nfn main() {}\n```", "What does this do?"),
        ("```rust\nfn main() {}\n```\nexplain this code", "Explain this code"),
        ("~~~\nlet x = 1;\n~~~", "let x = 1"),
        ("```\nnever closed", "never closed"),
    ]);
}

#[test]
fn addresses_are_their_hosts_and_keys_are_nowhere() {
    let key = "sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2Yz3";
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";
    all(&[
        ("summarize https://www.example.com/a/b?c=d#e, please", "Summarize www.example.com, please"),
        ("https://user:word@example.com:8080/very/long?x=1", "example.com"),
        ("look (see www.example.com/a).", "Look (see www.example.com)"),
        ("请看https://example.com/路径如何", "请看example.com路径如何"),
        ("what is https://bücher.example/ß?", "What is bücher.example?"),
        (&format!("is {key} safe"), "Is safe"),
        (&format!("decode {token}"), "Decode"),
        (&format!("密钥{key}无效"), "密钥无效"),
        (
            "open src/components/dashboard/v2/UserProfileCard.tsx",
            "Open src/components/dashboard/v2/UserProfileCard.tsx",
        ),
    ]);
    assert_eq!(title(key), None);
}

#[test]
fn sentences_end_where_people_end_them() {
    all(&[
        ("my printer is broken. how do i fix it", "My printer is broken"),
        ("Help! My printer is on fire", "Help! My printer is on fire"),
        ("Dr. Smith wants to know more", "Dr. Smith wants to know more"),
        ("Ich war am 3. Oktober dort", "Ich war am 3. Oktober dort"),
        ("Is it true?! I doubt it", "Is it true?"),
        ("Version 2.0.1 fails. Why", "Version 2.0.1 fails"),
        ("He said \"stop.\" Then left", "He said \"stop.\""),
        ("First line\u{2028}second line", "First line"),
        ("Use Node.js for this", "Use Node.js for this"),
    ]);
}

#[test]
fn the_cut_is_between_words_and_leaves_nothing_open() {
    all(&[
        ("How do I reset my password on my new phone?", "How do I reset my password"),
        ("Compare the two approaches (recursive and iterative) now", "Compare the two approaches"),
        ("Tell me about state-of-the-art LLM models today", "Tell me about state-of-the-art LLM models"),
        ("¿Cómo puedo restablecer mi contraseña de Gmail?", "Cómo puedo restablecer mi contraseña de"),
        ("コンピュータネットワークセキュリティ", "コンピュータネットワーク"),
        (
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunte",
        ),
    ]);
    let family = "👨‍👩‍👧‍👦".repeat(20);
    assert_eq!(title(&family), Some("👨‍👩‍👧‍👦".repeat(5)));
}

#[test]
fn the_ends_are_clean() {
    all(&[
        ("\"To be or not to be\"", "To be or not to be"),
        ("What does \"foo bar\" mean?", "What does \"foo bar\" mean?"),
        ("sort this list (ascending).", "Sort this list (ascending)"),
        ("… and then, what;", "And then, what"),
        ("learn C#!", "Learn C#"),
        ("50% off)", "50% off"),
        (".gitignore is ignored", ".gitignore is ignored"),
        ("--force does nothing", "--force does nothing"),
        ("a\u{202e}b\u{200b}c\u{0}d \u{feff}", "Abcd"),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿 flag", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 flag"),
        ("👍", "👍"),
    ]);
    for nothing in ["", "   ", "\u{200b}", "???", "---", "\u{fffd}", "\0", "```\n```", "\u{301}"] {
        assert_eq!(title(nothing), None, "{nothing:?}");
    }
}

#[test]
fn the_first_letter_is_a_capital_where_there_are_capitals() {
    all(&[
        ("straße gesperrt", "Straße gesperrt"),
        ("ßtrange", "ßtrange"),
        ("έλα εδώ", "Έλα εδώ"),
        ("iPhone battery drains", "iPhone battery drains"),
        ("useEffect runs twice", "useEffect runs twice"),
        ("i'm lost", "I'm lost"),
        ("3 ways to go", "3 ways to go"),
        ("e\u{301}crire un poème", "Écrire un poème"),
        ("ǆep je prazan", "ǅep je prazan"),
    ]);
}

#[test]
fn a_file_is_called_by_its_name() {
    let of_file = |name: &str| Title::of_file(name).map(|title| title.as_str().to_owned());
    for (name, expected) in [
        ("quarterly report.pdf", "Quarterly report"),
        ("IMG_2041.jpg", "IMG_2041"),
        ("C:\\Users\\ann\\photo.png", "Photo"),
        ("../../etc/passwd", "Passwd"),
        (".env", ".env"),
        ("请假申请表.docx", "请假申请表"),
        ("a\nb.txt", "A b"),
    ] {
        assert_eq!(of_file(name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(of_file("..."), None);
    assert_eq!(of_file(""), None);
}

/// Time that grows with the square of the length would be hours here.
#[test]
fn hostile_texts_take_no_longer_than_short_ones() {
    let started = std::time::Instant::now();
    for unit in [
        ".", "a.", "a . ", "a", " ", "\n", "*", "`", "[", "](", ">", "~", "! ", "? ", "Hi! ", "://", "www.",
        "\u{301}", "\"", "(", "|", "，", "字", "ก", "\u{200d}", "&#1;", "_a", "\\", "<",
    ] {
        let text = unit.repeat(8 * 1024 * 1024 / unit.len());
        drop((Title::of_text(&text), Title::of_file(&text)));
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// Texts of words, marks and odd characters.
fn texts() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-zA-Z]{1,12}",
        "\\PC{1,8}",
        Just("Hi,".to_owned()),
        Just("https://example.com/a".to_owned()),
        Just("`x`".to_owned()),
        Just("**b**".to_owned()),
        Just("\n```\n".to_owned()),
        Just("\n".to_owned()),
        Just("你好世界".to_owned()),
        Just("สวัสดีชาวโลก".to_owned()),
        Just("👨‍👩‍👧".to_owned()),
        Just("e\u{301}\u{302}".to_owned()),
        Just("\u{202e}\u{200d}\u{fe0f}".to_owned()),
        any::<String>(),
    ];
    let blank = prop_oneof![Just(" "), Just(""), Just("? "), Just("\u{a0}"), Just("\t")];
    prop::collection::vec((word, blank), 0..40)
        .prop_map(|words| words.into_iter().map(|(word, blank)| word + blank).collect())
}

#[test]
fn marks_that_come_to_stand_side_by_side_are_in_order() {
    // What is taken out: a stand-in for an object, a bracket that nothing closes, a key.
    let key = "sk".to_owned() + &"1a".repeat(30);
    for between in ["\u{fffc}", "(", &key] {
        let text = format!("A \u{1e000}{between}\u{1133b}");
        assert_eq!(title(&text).as_deref(), Some("A \u{1133b}\u{1e000}"), "{between:?}");
    }
    assert_eq!(title("Caf e(\u{301}").as_deref(), Some("Caf \u{e9}"));
    assert_eq!(title("a (\u{200d}b").as_deref(), Some("A b"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_title_keeps_the_limits(text in texts()) {
        for title in [Title::of_text(&text), Title::of_file(&text)].into_iter().flatten() {
            let title = title.as_str();
            prop_assert!(says_anything(title), "{title:?}");
            prop_assert!(title.encode_utf16().count() <= MAX_UNITS, "{title:?}");
            prop_assert_eq!(title.trim(), title);
            prop_assert!(!title.chars().any(|c| c.is_control() || visible::ends_line(c)), "{title:?}");
            prop_assert_eq!(visible::visible(title), title);
        }
    }

    #[test]
    fn no_character_is_cut_apart(text in texts()) {
        let text = visible::visible(&text);
        let beginning = cut(&text, MAX_WORDS * WORD, MAX_UNITS);
        let mut ends = GraphemeClusterSegmenter::new().segment_str(&text);
        prop_assert!(text.starts_with(beginning));
        prop_assert!(ends.any(|end| end == beginning.len()), "{beginning:?} of {text:?}");
    }
}
