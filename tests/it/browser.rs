//! The page in a browser: Debian's chromium, driven through chromedriver. Everything that the page promises and that
//! only a browser can tell: it loads nothing, its script runs under its own policy, and it can be operated.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use billhook::report::{self, Format, Report};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use futures::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::sample;

const INSTALL: &str =
    "The browser tests need chromium and chromedriver: apt-get install chromium chromium-driver";

/// A running chromedriver; ends with the value.
struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        // Port 0: it takes a free one and says which.
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver does not start: {error}. {INSTALL}"));
        let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // It would stop at a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let mut driver = Driver {
            process,
            address: String::new(),
        };
        let port = port.unwrap_or_else(|| {
            let ended = driver.process.try_wait();
            panic!("chromedriver names no port (ended: {ended:?}). {INSTALL}")
        });
        driver.address = format!("http://127.0.0.1:{port}");
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// What the browser has logged since the last time: console messages, refused requests, exceptions.
#[derive(Debug)]
struct Logs;

impl WebDriverCompatibleCommand for Logs {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({ "type": "browser" }).to_string()),
        )
    }
}

/// How the browser shows the page.
#[derive(Clone, Copy)]
struct Look {
    width: u32,
    dark: bool,
    javascript: bool,
}

const DESKTOP: Look = Look {
    width: 1280,
    dark: false,
    javascript: true,
};
const PHONE: Look = Look {
    width: 390,
    ..DESKTOP
};

fn capabilities(look: Look, profile: &Path) -> serde_json::Map<String, Value> {
    let args = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        &format!("--user-data-dir={}", profile.display()),
        &format!(
            "--blink-settings=preferredColorScheme={}",
            if look.dark { 0 } else { 1 }
        ),
    ];
    let javascript = if look.javascript { 1 } else { 2 };
    let capabilities = json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "args": args,
            "prefs": { "profile.managed_default_content_settings.javascript": javascript },
            // A window cannot be so narrow; an emulated screen can.
            "mobileEmulation": {
                "deviceMetrics": { "width": look.width, "height": 900, "pixelRatio": 1.0, "touch": false, "mobile": false },
            },
        },
    });
    capabilities.as_object().cloned().expect("an object")
}

/// The page of a report, open in a browser.
struct Page {
    client: Client,
}

impl Page {
    /// What the script returns.
    async fn eval(&self, script: &str) -> Value {
        let returned = self.client.execute(script, Vec::new()).await;
        returned.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    async fn number(&self, script: &str) -> f64 {
        let value = self.eval(script).await;
        value
            .as_f64()
            .unwrap_or_else(|| panic!("{script} gave {value}"))
    }

    async fn text(&self, css: &str) -> String {
        let element = self
            .client
            .find(Locator::Css(css))
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
        element.text().await.expect("an element has text")
    }

    /// Clicks as a user does: fails where something else is in front.
    async fn click(&self, css: &str) {
        let element = self
            .client
            .find(Locator::Css(css))
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
        self.eval(&format!(
            "document.querySelector({css:?}).scrollIntoView({{ block: 'center' }})"
        ))
        .await;
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    async fn type_into(&self, css: &str, text: &str) {
        let element = self
            .client
            .find(Locator::Css(css))
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
        element.clear().await.expect("a field can be cleared");
        element.send_keys(text).await.expect("a field takes keys");
    }

    async fn choose(&self, css: &str, option: &str) {
        let element = self
            .client
            .find(Locator::Css(css))
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
        element
            .select_by_value(option)
            .await
            .unwrap_or_else(|error| panic!("{css}: {option}: {error}"));
    }

    /// Waits until the script returns true; not by a fixed time.
    async fn wait_for(&self, script: &str) {
        for _ in 0..200 {
            if self.eval(script).await == Value::Bool(true) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not within 5 s: {script}");
    }

    async fn rows(&self) -> usize {
        self.number("return document.querySelectorAll('#findings-body tr.row').length")
            .await as usize
    }

    /// The texts of a column of the table, as shown.
    async fn column(&self, number: usize) -> Vec<String> {
        let script = format!(
            "return [...document.querySelectorAll('#findings-body tr.row > td:nth-child({number})')].map((c) => c.innerText)"
        );
        let value = self.eval(&script).await;
        value
            .as_array()
            .into_iter()
            .flatten()
            .map(|cell| cell.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Nothing was loaded beside the page, and nothing was refused, warned of or thrown.
    async fn assert_quiet(&self) {
        let logged = self
            .client
            .issue_cmd(Logs)
            .await
            .expect("the browser gives its log");
        assert_eq!(logged, json!([]), "the browser's log");
        let loaded = self
            .eval("return performance.getEntriesByType('resource').map((entry) => entry.name)")
            .await;
        assert_eq!(loaded, json!([]), "loaded beside the page");
    }

    async fn assert_no_sideways_scroll(&self, width: u32) {
        let inner = self.number("return innerWidth").await;
        assert_eq!(inner, f64::from(width), "the emulated screen");
        let content = self
            .number("return document.documentElement.scrollWidth")
            .await;
        assert!(
            content <= inner,
            "the page is {content} px wide on a screen of {inner} px"
        );
    }
}

/// Opens the report's page, runs the steps, and ends the browser whatever becomes of them.
async fn with_page<Steps, Done>(report: &Report, look: Look, steps: Steps)
where
    Steps: FnOnce(Page) -> Done,
    Done: Future<Output = ()>,
{
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("report.html");
    let mut html = Vec::new();
    report::render(report, Format::Html, &mut html).expect("the page is rendered");
    std::fs::write(&file, html).expect("the page is written");

    let driver = Driver::start();
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities(look, &folder.path().join("profile")))
        .connect(&driver.address)
        .await
        .unwrap_or_else(|error| panic!("chromium does not start: {error}. {INSTALL}"));
    let page = Page {
        client: client.clone(),
    };
    let address = format!("file://{}", file.display());
    let outcome = AssertUnwindSafe(async {
        page.client.goto(&address).await.expect("the page opens");
        steps(page).await;
    })
    .catch_unwind()
    .await;
    // Before the driver is killed, so that no browser is left behind.
    let closed = client.close().await;
    drop(driver);
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
    closed.expect("the browser ends");
}

#[tokio::test]
async fn the_table_is_filtered_sorted_and_opened() {
    with_page(&sample::report(), DESKTOP, |page| async move {
        assert_eq!(page.text("h1").await, "Cloud cost report");
        // Active findings only: one of the sixteen is absorbed, one is exempted.
        assert_eq!(page.rows().await, 14);
        assert_eq!(
            page.text("#findings-status").await,
            "14 of 16 findings, $479.22 a month counted in net savings ($317.16 high, $162.06 medium confidence)"
        );

        filters(&page).await;
        sorting(&page).await;
        details(&page).await;
        page.assert_quiet().await;
        page.assert_no_sideways_scroll(1280).await;
    })
    .await;
}

async fn filters(page: &Page) {
    page.type_into("#filter-text", "render-FARM").await;
    page.wait_for("return document.querySelectorAll('#findings-body tr.row').length === 1")
        .await;
    assert!(
        page.text("#findings-body tr.row")
            .await
            .contains("render-farm-7")
    );
    page.type_into("#filter-text", "team=media-platform idle")
        .await;
    page.wait_for(
        "return document.querySelector('#findings-status').textContent.startsWith('1 of 16')",
    )
    .await;
    page.type_into("#filter-text", "cloudformation:api").await;
    page.wait_for(
        "return document.querySelector('#findings-body tr.row').innerText.includes('api-blue')",
    )
    .await;
    page.type_into("#filter-text", "no such thing").await;
    page.wait_for("return document.querySelectorAll('#findings-body tr.row').length === 0")
        .await;
    assert_eq!(page.text("#findings-body").await, "No finding matches.");
    page.click("#filters-reset").await;
    page.wait_for("return document.querySelectorAll('#findings-body tr.row').length === 14")
        .await;

    page.choose("#filter-kind", "guard").await;
    assert_eq!(page.rows().await, 1);
    page.click("#filters-reset").await;
    page.wait_for("return document.querySelectorAll('#findings-body tr.row').length === 14")
        .await;
    for (select, rows) in [
        ("#filter-severity", 1),
        ("#filter-confidence", 7),
        ("#filter-account", 3),
        ("#filter-region", 4),
        ("#filter-owner", 1),
        ("#filter-manager", 1),
        ("#filter-rule", 6),
    ] {
        let option = match select {
            "#filter-severity" => "critical",
            "#filter-confidence" => "medium",
            "#filter-account" => "444455556666",
            "#filter-region" => "us-east-1",
            "#filter-owner" => "payments",
            "#filter-manager" => "cloudformation:api",
            _ => "aws/vpc/unassociated-address",
        };
        let value = page
            .eval(&format!(
                "return [...document.querySelector({select:?}).options].find((o) => o.text.startsWith({option:?})).value"
            ))
            .await;
        page.choose(select, value.as_str().expect("a value")).await;
        assert_eq!(page.rows().await, rows, "{select} = {option}");
        page.choose(select, "").await;
        assert_eq!(page.rows().await, 14);
    }

    page.click("#show-absorbed").await;
    assert_eq!(page.rows().await, 15);
    page.click("#show-exempted").await;
    assert_eq!(page.rows().await, 16);
    // What is set aside adds nothing to the sum.
    assert_eq!(
        page.text("#findings-status").await,
        "16 of 16 findings, $479.22 a month counted in net savings ($317.16 high, $162.06 medium confidence)"
    );
}

async fn sorting(page: &Page) {
    let sorted = "return [...document.querySelectorAll('#findings-head th[aria-sort]')].map((th) => [th.dataset.key, th.getAttribute('aria-sort')])";
    assert_eq!(page.eval(sorted).await, json!([["savings", "descending"]]));
    let amounts = page.column(7).await;
    assert!(amounts[0].starts_with("$312.40"), "{amounts:?}");
    // What is not known comes last, whatever the direction.
    assert!(
        amounts
            .last()
            .is_some_and(|last| last == "unknown" || last == "–"),
        "{amounts:?}"
    );

    page.click("#findings-head th[data-key=savings] button")
        .await;
    assert_eq!(page.eval(sorted).await, json!([["savings", "ascending"]]));
    let amounts = page.column(7).await;
    assert!(!amounts[0].starts_with("$312.40"), "{amounts:?}");
    assert!(
        amounts
            .last()
            .is_some_and(|last| last == "unknown" || last == "–"),
        "{amounts:?}"
    );

    page.click("#findings-head th[data-key=severity] button")
        .await;
    assert_eq!(page.eval(sorted).await, json!([["severity", "descending"]]));
    let severities = page.column(2).await;
    let ranks: Vec<_> = severities
        .iter()
        .map(|word| {
            ["critical", "high", "medium", "low", "info"]
                .iter()
                .position(|known| known == word)
        })
        .collect();
    assert!(
        ranks.is_sorted() && ranks.iter().all(Option::is_some),
        "{severities:?}"
    );

    page.click("#findings-head th[data-key=resource] button")
        .await;
    assert_eq!(page.eval(sorted).await, json!([["resource", "ascending"]]));
    let labels = page.column(4).await;
    assert!(
        labels.is_sorted_by_key(|label| label.lines().next().unwrap_or_default().to_lowercase()),
        "{labels:?}"
    );
}

/// The open detail of the first finding says how its dollars came about, and unfolds the rest.
async fn why(page: &Page) {
    let detail = page.text("#detail-0 .ask-why").await;
    for part in [
        "m5.2xlarge, Linux, on demand, us-east-1",
        "730 h × $0.384 [1]",
        "-$280.32",
        "= savings a month",
        "ec2 m5.xlarge in us-east-1: $0.192 for one hour, exact, as of 2026-09-15; the price list",
        "billhook explain ",
    ] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
    assert!(!detail.contains("Maximum of an hour"), "folded: {detail}");
    page.eval(
        "for (const fold of document.querySelectorAll('#detail-0 details')) fold.open = true",
    )
    .await;
    let detail = page.text("#detail-0 .ask-why").await;
    for part in [
        "CPU max is 2.1 %, below 5 % (cpu_below_percent)",
        "CPU max is at least 5 % (cpu_below_percent)",
        "it is one that the rule is about: state = 'running'",
        "CPUUtilization, Maximum of an hour; known for 99.8 % (90 % needed)",
        "cpu_below_percent = 5 %, set by: billhook.toml:12, [rules.\"aws/ec2/idle-instance\"]",
        "counted in the net sum, a month\n$312.40",
    ] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
}

async fn details(page: &Page) {
    let row = "#findings-body tr.row[data-index='0']";
    let button = format!("{row} .expand");
    let expanded =
        format!("return document.querySelector({button:?}).getAttribute('aria-expanded')");
    assert_eq!(page.eval(&expanded).await, "false");
    page.click(&button).await;
    assert_eq!(page.eval(&expanded).await, "true");
    let detail = page.text("#detail-0").await;
    for part in [
        "2.1 %",
        "1.2 MiB",
        "memory used percent\nunknown",
        "is spot\nno",
        "$312.40",
        "exact: published, dated prices",
        "media-platform",
        "Take a snapshot.",
        "arn:aws:ec2:eu-central-1:111122223333:instance/i-0a1b2c3d4e5f60718",
    ] {
        assert!(detail.contains(part), "{part} in {detail}");
    }
    why(page).await;
    page.click(&button).await;
    assert_eq!(page.eval(&expanded).await, "false");
    assert_eq!(
        page.eval("return document.querySelector('#detail-0')")
            .await,
        Value::Null
    );

    // The absorbed volume leads to the instance that counts its savings, which opens and takes the focus.
    page.click("#findings-body tr.row[data-index='3'] .expand")
        .await;
    page.click("#detail-3 a[href^='#f-']").await;
    page.wait_for("return document.activeElement.closest('tr')?.dataset.index === '0'")
        .await;
    assert_eq!(page.eval(&expanded).await, "true");
    page.client
        .find(Locator::Css("#detail-2"))
        .await
        .expect_err("the exempted finding is still closed");
    page.click("#findings-body tr.row[data-index='2'] .expand")
        .await;
    assert!(
        page.text("#detail-2")
            .await
            .contains("Warm standby, tested every quarter")
    );

    // A link to a finding shows it even where a filter hides it.
    page.choose("#filter-kind", "guard").await;
    assert_eq!(page.rows().await, 1);
    page.click("#top ol.top > li a[href^='#f-']").await;
    page.wait_for("return document.activeElement.closest('tr')?.dataset.index === '0'")
        .await;
    // And the keyboard operates what the mouse does.
    page.eval("document.querySelector('#findings-head th[data-key=owner] button').focus()")
        .await;
    let focused = page
        .client
        .active_element()
        .await
        .expect("something has the focus");
    focused.send_keys("\u{e007}").await.expect("Enter is typed");
    page.wait_for("return document.querySelector('th[data-key=owner]').getAttribute('aria-sort') === 'ascending'").await;
}

#[tokio::test]
async fn a_narrow_screen_shows_cards_and_never_scrolls_sideways() {
    for report in [sample::report(), sample::hostile(), sample::empty()] {
        with_page(&report, PHONE, |page| async move {
            page.eval(
                "for (const details of document.querySelectorAll('details')) details.open = true",
            )
            .await;
            let rows = page.rows().await;
            if rows > 0 {
                page.click("#findings-body tr.row .expand").await;
                assert_eq!(
                    page.eval("return getComputedStyle(document.querySelector('tr.row')).display")
                        .await,
                    "grid"
                );
                // The heads are gone, so there is another way to sort.
                page.choose("#sort-select", "resource descending").await;
                let key = page
                    .eval("return document.querySelector('th[aria-sort]').dataset.key")
                    .await;
                assert_eq!(key, "resource");
            }
            page.assert_no_sideways_scroll(390).await;
            page.assert_quiet().await;
        })
        .await;
    }
}

#[tokio::test]
async fn hostile_names_are_text() {
    with_page(&sample::hostile(), DESKTOP, |page| async move {
        page.click("#show-exempted").await;
        page.click("#show-absorbed").await;
        let rows = page.rows().await;
        assert_eq!(rows, 16);
        page.eval("for (const button of document.querySelectorAll('.expand')) button.click()").await;
        assert_eq!(page.number("return document.querySelectorAll('tr.detail').length").await, 16.0);
        // An element that only a name could have brought in.
        let foreign = "return document.querySelectorAll('main img, main iframe, main svg[onload], main [onmouseover], main script').length";
        assert_eq!(page.number(foreign).await, 0.0);
        let shown = page.text("#findings-body").await;
        assert!(shown.contains("<img src=x onerror=alert(1)>") && shown.contains("=HYPERLINK("), "{shown}");
        let script_links = "return [...document.links].filter((a) => !/^(https?|file):$/.test(a.protocol)).length";
        assert_eq!(page.number(script_links).await, 0.0);
        // An alert would have failed each step, a refused script or request would be in the log.
        page.assert_quiet().await;
    })
    .await;
}

#[tokio::test]
async fn hostile_explanations_are_text_and_fit_a_narrow_screen() {
    with_page(&sample::hostile_why(), PHONE, |page| async move {
        page.click("#show-exempted").await;
        page.click("#show-absorbed").await;
        page.eval("for (const button of document.querySelectorAll('.expand')) button.click()").await;
        page.eval("for (const fold of document.querySelectorAll('tr.detail details')) fold.open = true").await;
        let shown = page.text("#findings-body").await;
        assert!(shown.contains("<img src=x onerror=alert(1)>"), "{shown}");
        let foreign = "return document.querySelectorAll('main img, main iframe, main svg[onload], main [onmouseover], main script').length";
        assert_eq!(page.number(foreign).await, 0.0);
        page.assert_no_sideways_scroll(390).await;
        page.assert_quiet().await;
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_findings_open_at_once() {
    with_page(&sample::large(10_000), DESKTOP, |page| async move {
        let opened = page.number("return performance.getEntriesByType('navigation')[0].domInteractive").await;
        assert!(opened < 5_000.0, "{opened} ms until the page could be used");
        assert_eq!(page.rows().await, 50);
        let elements = page.number("return document.querySelectorAll('*').length").await;
        assert!(elements < 5_000.0, "{elements} elements");

        // The first search builds the index, and is the slowest thing that the page does.
        let search = "const done = arguments[arguments.length - 1]; const begin = performance.now();
            const field = document.querySelector('#filter-text'); field.value = 'worker-99';
            const status = document.querySelector('#findings-status');
            new MutationObserver(() => done(performance.now() - begin)).observe(status, { childList: true, characterData: true, subtree: true });
            field.dispatchEvent(new Event('input'));";
        let searched = page.client.execute_async(search, Vec::new()).await.expect("the search ends");
        assert!(searched.as_f64().is_some_and(|ms| ms < 3_000.0), "{searched} ms for a search");
        let rows = page.rows().await;
        assert!((1..=50).contains(&rows), "{rows}");

        page.click("#filters-reset").await;
        page.wait_for("return document.querySelector('#page-label').textContent.startsWith('1–50 of 9,')").await;
        let first = page.text("#findings-body tr.row").await;
        page.click("#page-next").await;
        assert!(page.text("#page-label").await.starts_with("51–100 of 9,"));
        assert_ne!(page.text("#findings-body tr.row").await, first);
        page.click("#page-last").await;
        assert_eq!(page.eval("return document.querySelector('#page-next').disabled").await, true);
        page.click("#findings-head th[data-key=resource] button").await;
        assert!(page.text("#page-label").await.starts_with("1–50 of 9,"), "sorting leads to the first page");
        page.assert_quiet().await;
    })
    .await;
}

#[tokio::test]
async fn both_themes_are_drawn() {
    let colours = "const style = getComputedStyle(document.body); const bar = document.querySelector('.c-bar');
        return [style.backgroundColor, style.color, getComputedStyle(bar).fill]";
    let mut seen = Vec::new();
    for dark in [false, true] {
        let (sender, receiver) = std::sync::mpsc::channel();
        with_page(
            &sample::report(),
            Look { dark, ..DESKTOP },
            |page| async move {
                sender
                    .send(page.eval(colours).await)
                    .expect("the receiver waits");
                page.assert_quiet().await;
            },
        )
        .await;
        seen.push(receiver.recv().expect("the colours were sent"));
    }
    for index in 0..3 {
        assert_ne!(
            seen[0][index], seen[1][index],
            "the same in both themes: {seen:?}"
        );
    }
}

#[tokio::test]
async fn without_javascript_the_page_can_still_be_read() {
    with_page(
        &sample::report(),
        Look {
            javascript: false,
            ..DESKTOP
        },
        |page| async move {
            assert!(
                page.text("noscript .banner")
                    .await
                    .contains("needs JavaScript")
            );
            assert!(
                page.text("#top")
                    .await
                    .contains("render-farm-7 never passed 2.1 % CPU")
            );
            assert!(page.text(".headline-figure").await.contains("$479.22"));
            let app = page
                .client
                .find(Locator::Css("#findings-app"))
                .await
                .expect("it is in the page");
            assert!(!app.is_displayed().await.expect("it can be asked"));
        },
    )
    .await;
}

#[tokio::test]
async fn printing_opens_what_is_folded() {
    with_page(&sample::report(), DESKTOP, |page| async move {
        let folded = "return document.querySelectorAll('details:not([open])').length";
        let before = page.number(folded).await;
        assert!(before > 3.0);
        page.eval("dispatchEvent(new Event('beforeprint'))").await;
        assert_eq!(page.number(folded).await, 0.0);
        page.eval("dispatchEvent(new Event('afterprint'))").await;
        assert_eq!(page.number(folded).await, before);
        page.assert_quiet().await;
    })
    .await;
}
