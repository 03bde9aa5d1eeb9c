// The table of all findings. Account data reaches the page as text nodes only; nothing is fetched and nothing is stored.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // The fields of a finding, in the order of html/data.rs.
  const [RULE, SEVERITY, CONFIDENCE, ACCOUNT, REGION, TYPE, ARN, SHORT_ID, NAME, OWNER, MANAGER, MESSAGE, ACTION, SAVINGS,
    EFFECTIVE, WHY_EFFECTIVE, COUNTED, COST, STAKE, EFFECTIVE_STAKE, UPPER_BOUND, BASIS, ABSORBED_BY, FINGERPRINT, EXEMPTION, TAGS,
    EVIDENCE, PLACE] = Array(28).keys();
  const [RULE_ID, RULE_TITLE, RULE_KIND, RULE_SECTION] = [0, 1, 2, 3];
  const SEVERITIES = ["info", "low", "medium", "high", "critical"];
  const CONFIDENCES = ["low", "medium", "high"];
  const BASES = ["unknown", "estimated", "exact"];
  const PAGE_SIZE = 50;
  const PRINTED_ROWS = 1000;
  const findings = data.findings;

  const byId = (id) => document.getElementById(id);
  const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
  const numbers = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
  const small = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });
  const usd = (amount) => dollars.format(Math.abs(amount) < 0.005 ? 0 : amount);
  const usdOrUnknown = (amount) => (amount === null ? "unknown" : usd(amount));
  const number = (value) => (value !== 0 && Math.abs(value) < 0.01 ? small : numbers).format(value);
  const days = (value) => (number(value) === "1" ? "1 day" : `${number(value)} days`);

  /** An element with attributes and children; strings become text nodes. */
  const element = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  };

  /** A text that may be broken after each `::`, which names of types have. */
  const breakable = (text) => text.split("::").flatMap((part, index, parts) =>
    index < parts.length - 1 ? [`${part}::`, element("wbr")] : [part]);

  const rule = (finding) => data.rules[finding[RULE]];
  const shortId = (finding) => {
    const given = finding[SHORT_ID];
    return typeof given === "string" ? given : finding[ARN].slice(finding[ARN].length - given);
  };
  const label = (finding) => finding[NAME] || shortId(finding);
  const owner = (finding) => (finding[OWNER] < 0 ? "" : data.owners[finding[OWNER]]);
  const manager = (finding) => (finding[MANAGER] < 0 ? "" : data.managers[finding[MANAGER]]);
  const isExempted = (finding) => finding[EXEMPTION] !== null;
  const isAbsorbed = (finding) => !isExempted(finding) && finding[ABSORBED_BY] !== null;

  /** What a finding's dollars are, and the remark beside them. The same in html/view.rs. */
  const money = (finding) => {
    const savings = finding[EFFECTIVE];
    const isActive = !isExempted(finding) && !isAbsorbed(finding);
    let amount = "–";
    let note = "";
    if (isActive && finding[COUNTED] > (savings !== null && !finding[UPPER_BOUND] ? savings : 0) + 0.005) {
      [amount, note] = [usd(finding[COUNTED]), "with what it absorbs"];
    } else if (savings !== null && finding[UPPER_BOUND]) {
      [amount, note] = [usd(savings), "at most; in no sum"];
    } else if (savings !== null && isActive && finding[COUNTED] + 0.005 < savings) {
      [amount, note] = [usd(finding[COUNTED]), `of ${usd(savings)} by itself`];
    } else if (savings !== null) {
      amount = usd(savings);
      if (Math.abs(savings - finding[SAVINGS]) >= 0.005) note = `list ${usd(finding[SAVINGS])}`;
    } else if (finding[EFFECTIVE_STAKE] !== null) {
      [amount, note] = [usd(finding[EFFECTIVE_STAKE]), "at stake"];
    } else if (data.actions[finding[ACTION]] !== "none") {
      amount = "unknown";
    }
    if (isExempted(finding)) note = "exempted";
    else if (isAbsorbed(finding)) note = "counted elsewhere";
    return [amount, note];
  };

  // ---- sorting ----
  const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  /** Compares ascending. Unknown amounts and missing owners come last whatever the direction: see `arrange`. */
  const columns = [
    { key: "severity", title: "Severity", first: "descending", compare: (a, b) => a[SEVERITY] - b[SEVERITY] },
    { key: "finding", title: "Finding", first: "ascending", compare: (a, b) => text(rule(a)[RULE_TITLE], rule(b)[RULE_TITLE]) },
    { key: "resource", title: "Resource", first: "ascending", compare: (a, b) => text(label(a).toLowerCase(), label(b).toLowerCase()) },
    {
      key: "place", title: "Account, region", first: "ascending",
      compare: (a, b) => text(data.accounts[a[ACCOUNT]], data.accounts[b[ACCOUNT]]) || text(data.regions[a[REGION]], data.regions[b[REGION]]),
    },
    {
      key: "owner", title: "Owner", first: "ascending", missing: (finding) => finding[OWNER] < 0,
      compare: (a, b) => text(owner(a).toLowerCase(), owner(b).toLowerCase()),
    },
    {
      key: "savings", title: "Savings a month", first: "descending", numeric: true,
      missing: (finding) => finding[SAVINGS] === null && finding[STAKE] === null,
      compare: (a, b) => a[COUNTED] - b[COUNTED] || (a[EFFECTIVE] || 0) - (b[EFFECTIVE] || 0) || (a[EFFECTIVE_STAKE] || 0) - (b[EFFECTIVE_STAKE] || 0),
    },
  ];
  const order = { key: "savings", direction: "descending" };
  const arrange = (indexes) => {
    const column = columns.find((candidate) => candidate.key === order.key);
    const sign = order.direction === "ascending" ? 1 : -1;
    return indexes.sort((i, j) => {
      const [a, b] = [findings[i], findings[j]];
      if (column.missing) {
        const difference = column.missing(a) - column.missing(b);
        if (difference) return difference;
      }
      return sign * column.compare(a, b) || b[SEVERITY] - a[SEVERITY] || i - j;
    });
  };

  // ---- filtering ----
  const selects = [
    { id: "filter-severity", all: "All", field: (finding) => finding[SEVERITY], word: (value) => SEVERITIES[value], sort: (a, b) => b - a },
    { id: "filter-confidence", all: "All", field: (finding) => finding[CONFIDENCE], word: (value) => CONFIDENCES[value], sort: (a, b) => b - a },
    { id: "filter-kind", all: "All", field: (finding) => rule(finding)[RULE_KIND], word: (value) => value },
    { id: "filter-account", all: "All", field: (finding) => finding[ACCOUNT], word: (value) => data.accounts[value] },
    { id: "filter-region", all: "All", field: (finding) => finding[REGION], word: (value) => data.regions[value] },
    { id: "filter-owner", all: "All", field: (finding) => finding[OWNER], word: (value) => (value < 0 ? "unowned" : data.owners[value]) },
    { id: "filter-manager", all: "All", field: (finding) => finding[MANAGER], word: (value) => (value < 0 ? "nothing known" : data.managers[value]) },
    { id: "filter-rule", all: "All", field: (finding) => finding[RULE], word: (value) => data.rules[value][RULE_ID] },
  ];
  let haystacks = null;
  /** Everything that the search looks at, in lower case. Built when first needed: most readers never search. */
  const haystack = (index) => {
    if (haystacks === null) {
      haystacks = findings.map((finding) => {
        const [id, title, kind] = rule(finding);
        const words = [id, title, kind, SEVERITIES[finding[SEVERITY]], data.accounts[finding[ACCOUNT]], data.regions[finding[REGION]],
          data.types[finding[TYPE]], finding[ARN], finding[NAME], owner(finding), manager(finding), finding[MESSAGE], finding[FINGERPRINT]];
        for (let i = 0; i < finding[TAGS].length; i += 2) {
          words.push(`${data.keys[finding[TAGS][i]]}=${data.values[finding[TAGS][i + 1]]}`);
        }
        return words.join("\n").toLowerCase();
      });
    }
    return haystacks[index];
  };

  const state = { visible: [], page: 0, open: new Set() };

  const clear = () => {
    byId("filter-text").value = "";
    for (const { id } of selects) byId(id).value = "";
    for (const id of ["show-absorbed", "show-exempted"]) byId(id).checked = false;
  };

  const apply = () => {
    const words = byId("filter-text").value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    const chosen = selects
      .map(({ id, field }) => ({ field, value: byId(id).value }))
      .filter(({ value }) => value !== "")
      .map(({ field, value }) => (finding) => String(field(finding)) === value);
    const withAbsorbed = byId("show-absorbed").checked;
    const withExempted = byId("show-exempted").checked;
    const visible = [];
    findings.forEach((finding, index) => {
      if (isExempted(finding) ? !withExempted : isAbsorbed(finding) && !withAbsorbed) return;
      if (!chosen.every((test) => test(finding))) return;
      if (!words.every((word) => haystack(index).includes(word))) return;
      visible.push(index);
    });
    state.visible = arrange(visible);
    state.page = 0;
    show();
  };

  // ---- showing ----
  const pages = () => Math.max(1, Math.ceil(state.visible.length / PAGE_SIZE));

  const show = (from = state.page * PAGE_SIZE, rows = PAGE_SIZE) => {
    const indexes = state.visible.slice(from, from + rows);
    const body = document.createDocumentFragment();
    for (const index of indexes) {
      const row = rowOf(index);
      body.append(row);
      if (state.open.has(index)) body.append(detailOf(index));
    }
    if (indexes.length === 0) {
      body.append(element("tr", { role: "row" }, element("td", { role: "cell", colspan: 7, class: "empty" }, "No finding matches.")));
    }
    byId("findings-body").replaceChildren(body);
    const counted = state.visible.reduce((sum, index) => sum + findings[index][COUNTED], 0);
    const byConfidence = CONFIDENCES.map((word, level) => [
      word,
      state.visible.reduce((sum, index) => sum + (findings[index][CONFIDENCE] === level ? findings[index][COUNTED] : 0), 0),
    ]).reverse();
    const parts = byConfidence.filter(([, sum]) => sum >= 0.005).map(([word, sum]) => `${usd(sum)} ${word}`);
    byId("findings-status").textContent =
      `${numbers.format(state.visible.length)} of ${numbers.format(findings.length)} findings, ${usd(counted)} a month counted in net savings${parts.length > 0 ? ` (${parts.join(", ")} confidence)` : ""}`;
    const last = Math.min(from + rows, state.visible.length);
    byId("page-label").textContent = state.visible.length === 0 ? "0 of 0" : `${numbers.format(from + 1)}–${numbers.format(last)} of ${numbers.format(state.visible.length)}`;
    byId("page-first").disabled = byId("page-previous").disabled = state.page === 0;
    byId("page-next").disabled = byId("page-last").disabled = state.page >= pages() - 1;
    for (const head of byId("findings-head").children) {
      if (head.dataset.key === order.key) head.setAttribute("aria-sort", order.direction);
      else head.removeAttribute("aria-sort");
    }
    byId("sort-select").value = `${order.key} ${order.direction}`;
  };

  const cell = (attributes, ...children) => element("td", { role: "cell", ...attributes }, ...children);

  const rowOf = (index) => {
    const finding = findings[index];
    const [amount, note] = money(finding);
    const severity = SEVERITIES[finding[SEVERITY]];
    const isOpen = state.open.has(index);
    const title = rule(finding)[RULE_TITLE];
    const shown = label(finding);
    const expand = element("button", {
      type: "button", class: "expand", "aria-expanded": String(isOpen), "aria-controls": isOpen ? `detail-${index}` : null,
      "aria-label": `Details: ${title}, ${shown}`,
    });
    const subtitle = shown === shortId(finding) ? data.types[finding[TYPE]] : shortId(finding);
    const aside = isExempted(finding) || isAbsorbed(finding);
    return element("tr", { role: "row", class: aside ? "row set-aside" : "row", "data-index": index },
      cell(null, expand),
      cell(null, element("span", { class: `severity s-${severity}` }, severity)),
      cell(null, element("strong", null, title), element("span", { class: "sub" }, finding[MESSAGE])),
      cell(null, element("bdi", null, shown), element("span", { class: "sub" }, ...breakable(subtitle))),
      cell(null, data.accounts[finding[ACCOUNT]], " ", element("span", { class: "sub" }, data.regions[finding[REGION]])),
      cell({ class: owner(finding) ? null : "none" }, element("bdi", null, owner(finding) || "unowned")),
      cell({ class: "number" }, element("span", { class: "amount" }, amount), note ? element("span", { class: "sub" }, note) : null));
  };

  /** A figure of the evidence with the unit that its name ends in. */
  const figure = (name, value) => {
    if (value === null) return [name, "unknown"];
    if (typeof value === "boolean") return [name, value ? "yes" : "no"];
    if (typeof value !== "number") return [name, String(value)];
    const units = [["_usd", usd], ["_percent", (n) => `${number(n)} %`], ["_gib_month", (n) => `${number(n)} GiB a month`], ["_gib", (n) => `${number(n)} GiB`], ["_gb", (n) => `${number(n)} GB`],
      ["_mib", (n) => `${number(n)} MiB`], ["_mb", (n) => `${number(n)} MB`], ["_days", days], ["_hours", (n) => `${number(n)} h`], ["_bytes", bytes]];
    const unit = units.find(([ending]) => name.endsWith(ending));
    return unit ? [name.slice(0, -unit[0].length), unit[1](value)] : [name, number(value)];
  };
  const bytes = (value) => {
    const names = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let power = 0;
    while (Math.abs(value) >= 1024 && power < names.length - 1) [value, power] = [value / 1024, power + 1];
    return `${number(value)} ${names[power]}`;
  };

  const pairs = (entries) => element("dl", { class: "pairs" },
    ...entries.filter((entry) => entry !== null).flatMap(([name, ...value]) => [element("dt", null, name), element("dd", null, ...value)]));

  const reference = (other) => element("a", { href: `#f-${findings[other][FINGERPRINT]}` }, `${rule(findings[other])[RULE_TITLE]}, ${label(findings[other])}`);

  const moneyPart = (finding) => {
    const basis = { exact: "published, dated prices", estimated: "computed, or a price without a date", unknown: "a part of the price is not known" };
    const word = BASES[finding[BASIS]];
    const absorbed = finding[ABSORBED_BY];
    const exemption = finding[EXEMPTION];
    const claims = finding[SAVINGS] !== null || data.actions[finding[ACTION]] !== "none";
    return [element("h3", null, "Dollars a month"), pairs([
      ["List price of the resource", usdOrUnknown(finding[COST])],
      claims ? ["Savings by itself", finding[UPPER_BOUND] && finding[EFFECTIVE] !== null ? `at most ${usd(finding[EFFECTIVE])}` : usdOrUnknown(finding[EFFECTIVE])] : null,
      finding[WHY_EFFECTIVE] < 0 || finding[SAVINGS] === null ? null : ["Savings at list price", usd(finding[SAVINGS])],
      claims ? ["Counted in the net sum", usd(finding[COUNTED])] : null,
      finding[EFFECTIVE_STAKE] === null ? null : ["At stake", usd(finding[EFFECTIVE_STAKE])],
      finding[WHY_EFFECTIVE] < 0 || finding[STAKE] === null ? null : ["At stake at list price", usd(finding[STAKE])],
      finding[WHY_EFFECTIVE] < 0 ? null : ["Not the list price", data.bases[finding[WHY_EFFECTIVE]]],
      ["Price basis", `${word}: ${basis[word]}`],
      absorbed === null ? null : ["Counted by", typeof absorbed === "number" ? reference(absorbed) : `finding ${absorbed}`],
    ]), exemption === null ? null : element("h3", null, "Exempted"), exemption === null ? null : pairs([
      ["Reason", exemption[1]],
      ["By", exemption[0]],
      ["Until", exemption[2] === null ? "no end" : exemption[2]],
      exemption[3] === null ? null : ["Answers for it", exemption[3]],
    ])];
  };

  const detailOf = (index) => {
    const finding = findings[index];
    const evidence = [];
    for (let i = 0; i < finding[EVIDENCE].length; i += 2) {
      const [name, value] = figure(data.keys[finding[EVIDENCE][i]], finding[EVIDENCE][i + 1]);
      evidence.push([name.replaceAll("_", " "), value]);
    }
    const tags = [];
    for (let i = 0; i < finding[TAGS].length; i += 2) tags.push([data.keys[finding[TAGS][i]], data.values[finding[TAGS][i + 1]]]);
    const [id, , kind, section] = rule(finding);
    const source = section < 0 ? null : document.querySelector(`#rule-${section} [data-what-to-do]`);
    const reasons = whyOf(data.why, section, index, { element, usd, number, days, figure, reference });
    const part = (...children) => element("section", null, ...children);
    const grid = element("div", { class: "detail-grid" },
      part(element("h3", null, "Evidence"), evidence.length ? pairs(evidence) : element("p", { class: "quiet" }, "The rule gives no figures.")),
      part(...moneyPart(finding)),
      part(element("h3", null, "Resource"), pairs([
        ["ARN", element("code", null, finding[ARN])],
        ["Type", data.types[finding[TYPE]]],
        finding[MANAGER] < 0 ? null : ["Managed by", data.managers[finding[MANAGER]]],
        ["Confidence", CONFIDENCES[finding[CONFIDENCE]]],
        ["Fingerprint", element("code", null, finding[FINGERPRINT])],
      ]), tags.length ? element("h3", null, "Tags") : null, tags.length ? pairs(tags) : null),
      reasons.length ? element("section", { class: "ask-why" }, element("h3", null, "Why this number"), ...reasons,
        element("p", { class: "quiet" }, "The same in a terminal: ", element("code", null, `billhook explain ${finding[FINGERPRINT]}`))) : null,
      element("section", { class: "what-to-do" }, element("h3", null, "What to do"),
        finding[PLACE] < 0 ? null : element("p", { class: "change-at" }, data.places[finding[PLACE]]),
        source ? element("div", { class: "prose" }, ...[...source.childNodes].map((node) => node.cloneNode(true))) : element("p", null, data.actions[finding[ACTION]]),
        element("p", { class: "quiet" }, "Rule ", section < 0 ? element("code", null, id) : element("a", { href: `#rule-${section}` }, element("code", null, id)), ` (${kind})`)));
    return element("tr", { role: "row", class: "detail", id: `detail-${index}` }, cell({ colspan: 7 }, grid));
  };

  const toggle = (row) => {
    const index = Number(row.dataset.index);
    const button = row.querySelector(".expand");
    if (state.open.delete(index)) {
      row.nextElementSibling.remove();
      button.removeAttribute("aria-controls");
    } else {
      state.open.add(index);
      row.after(detailOf(index));
      button.setAttribute("aria-controls", `detail-${index}`);
    }
    button.setAttribute("aria-expanded", String(state.open.has(index)));
  };

  /** Opens the finding or the rule that the address names. */
  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash.startsWith("rule-")) {
      const target = byId(hash);
      if (target) target.open = true;
      return;
    }
    if (!hash.startsWith("f-")) return;
    const index = findings.findIndex((finding) => finding[FINGERPRINT] === hash.slice(2));
    if (index < 0) return;
    let place = state.visible.indexOf(index);
    if (place < 0) {
      clear();
      byId("show-absorbed").checked = isAbsorbed(findings[index]);
      byId("show-exempted").checked = isExempted(findings[index]);
      apply();
      place = state.visible.indexOf(index);
    }
    state.page = Math.floor(place / PAGE_SIZE);
    state.open.add(index);
    show();
    const row = document.querySelector(`tr[data-index="${index}"]`);
    row.scrollIntoView({ block: "center" });
    row.querySelector(".expand").focus({ preventScroll: true });
  };

  // ---- setting up ----
  const addOption = (select, value, title) => select.append(element("option", { value }, title));
  for (const { id, all, field, word, sort } of selects) {
    const counts = new Map();
    for (const finding of findings) counts.set(field(finding), (counts.get(field(finding)) || 0) + 1);
    const select = byId(id);
    addOption(select, "", all);
    const values = [...counts.keys()].sort(sort || ((a, b) => text(word(a), word(b))));
    for (const value of values) addOption(select, String(value), `${word(value)} (${numbers.format(counts.get(value))})`);
    select.addEventListener("change", apply);
  }
  byId("findings-head").append(element("th", { role: "columnheader", scope: "col" }, element("span", { class: "hidden" }, "Details")));
  for (const { key, title, first, numeric } of columns) {
    const button = element("button", { type: "button" }, title);
    button.addEventListener("click", () => {
      order.direction = order.key !== key ? first : order.direction === "ascending" ? "descending" : "ascending";
      order.key = key;
      arrange(state.visible);
      state.page = 0;
      show();
    });
    byId("findings-head").append(element("th", { role: "columnheader", scope: "col", "data-key": key, class: numeric ? "number" : null }, button));
    for (const direction of [first, first === "ascending" ? "descending" : "ascending"]) {
      addOption(byId("sort-select"), `${key} ${direction}`, `${title} ${direction === "ascending" ? "↑" : "↓"}`);
    }
  }
  byId("sort-select").addEventListener("change", (event) => {
    [order.key, order.direction] = event.target.value.split(" ");
    arrange(state.visible);
    state.page = 0;
    show();
  });
  byId("absorbed-count").textContent = numbers.format(findings.filter(isAbsorbed).length);
  byId("exempted-count").textContent = numbers.format(findings.filter(isExempted).length);
  for (const id of ["show-absorbed", "show-exempted"]) byId(id).addEventListener("change", apply);
  let typing = 0;
  byId("filter-text").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(apply, 100);
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  // Not the form's own reset: its values change only after this event.
  byId("filters").addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
    apply();
  });
  const turn = (id, page) => byId(id).addEventListener("click", () => {
    state.page = page();
    show();
    byId("findings-status").scrollIntoView({ block: "nearest" });
  });
  turn("page-first", () => 0);
  turn("page-previous", () => Math.max(0, state.page - 1));
  turn("page-next", () => Math.min(pages() - 1, state.page + 1));
  turn("page-last", () => pages() - 1);
  byId("findings-body").addEventListener("click", (event) => {
    const row = event.target.closest("tr.row");
    // Selecting text in a row is not a wish to open it.
    if (row && !event.target.closest("a") && (event.target.closest("button") || String(getSelection()) === "")) toggle(row);
  });
  window.addEventListener("hashchange", follow);
  // A link to the finding that the address names already would otherwise do nothing.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) follow();
  });

  // ---- printing: all that is visible in the table, and everything that is folded ----
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
    show(0, PRINTED_ROWS);
  });
  window.addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
    show();
  });

  document.documentElement.classList.add("has-script");
  byId("findings-app").hidden = findings.length === 0;
  apply();
  follow();
})();
