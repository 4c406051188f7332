use super::*;

const NOW_MS: i64 = 1_790_000_000_000;

fn seed(name: &str) -> String {
    format!("{}/examples/seed/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A file of this test's own.
fn file(name: &str, content: &str) -> String {
    let folder = std::env::temp_dir().join(format!("preview-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn shown(settings: &str, form: &str) -> Result<String, Vec<String>> {
    run(&Arguments { settings: settings.into(), form: form.into(), ..Arguments::default() }, NOW_MS)
}

#[test]
fn the_seeds_form() {
    let output = shown(&seed("settings.json"), &seed("form.json")).unwrap();
    for line in [
        "Status: delivered",
        "  name: Иван",
        "  Телефон: +380671112233",
        "  name: Заявка с сайта",
        "  tags: Ringostat Automation",
        "Tasks: 0",
        "Notes: 1",
        "  POST  /api/v4/leads/complex",
    ] {
        assert!(output.lines().any(|there| there == line), "{line:?} is not in\n{output}");
    }
    let why = output.lines().find(|line| line.contains("mapped [/mapping/contact/1]")).unwrap();
    assert!(why.contains("field=\"PHONE\"") && why.contains("value=\"+38 (067) 111-22-33\""), "{why}");
}

#[test]
fn a_known_client_of_an_account() {
    let account = file(
        "account.json",
        r#"{"contacts":[{"id":77,"name":"Анна","custom_fields_values":[
            {"field_code":"PHONE","values":[{"value":"0671112233","enum_code":"WORK"}]}]}]}"#,
    );
    let form =
        file("form.form", "name=%D0%98%D0%B2%D0%B0%D0%BD&phone=0671112233&city=%D0%9A%D0%B8%D0%B5%D0%B2");
    let (settings, account) = (seed("settings.json"), Some(account));
    let output = run(&Arguments { settings, form, account, json: false }, NOW_MS).unwrap();
    assert!(output.contains("\nContact 77 (used)\n  name: Анна\n"), "{output}");
    assert!(output.contains("\n  city: Киев\n"), "{output}");
}

#[test]
fn the_whole_result_as_json() {
    let (settings, form) = (seed("settings.json"), seed("form.json"));
    let output = run(&Arguments { settings, form, json: true, account: None }, NOW_MS).unwrap();
    let result: serde_json::Value = serde_json::from_str(&output).unwrap();
    assert_eq!(result["report"]["status"], "delivered");
    assert_eq!(result["after"]["contacts"][0]["name"], "Иван");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let bad = file("bad.json", r#"{"forms":{"open_lead":"throw_away"},"fomrs":1}"#);
    let lines = shown(&bad, &seed("form.json")).unwrap_err();
    assert!(lines.iter().any(|line| line.contains(" /forms/open_lead")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("unknown_key") && line.contains("fomrs")), "{lines:?}");
    let broken = file("broken.json", "{");
    assert!(shown(&seed("settings.json"), &broken).unwrap_err()[0].contains("malformed"));
    assert!(shown(&seed("settings.json"), "/nowhere").unwrap_err()[0].starts_with("/nowhere: "));
}

#[test]
fn command_lines() {
    let parse = |line: &str| Arguments::parse(line.split_whitespace().map(str::to_owned));
    let parsed = parse("--json s.json f.txt --account a.json").unwrap();
    assert_eq!((parsed.settings.as_str(), parsed.form.as_str()), ("s.json", "f.txt"));
    assert_eq!((parsed.account.as_deref(), parsed.json), (Some("a.json"), true));
    for wrong in ["", "s.json", "a b c", "a b --account", "a b --what"] {
        assert_eq!(parse(wrong), None, "{wrong}");
    }
    assert_eq!(content_type("f.txt", "a=b"), "application/x-www-form-urlencoded");
    assert_eq!(content_type("f.txt", "\u{feff} {}"), "application/json");
}
