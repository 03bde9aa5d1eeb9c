"use strict";
// Why a finding is as it is. As in script.js, whose tools are given, account data becomes text nodes and nothing else.
const whyOf = (why, section, index, tools) => {
  const { element, usd, number, days, figure, reference } = tools;
  const own = why && why.findings[index];
  if (!own) return [];
  // The fields, in the order of html/why.rs.
  const [age, series, met, sums, steps, nothing, absorbs] = own;
  const [thresholds, applies, conditions, behind, needs] = section < 0 ? [[], [], [], [], []] : why.rules[section];
  const word = (at) => why.words[at];
  const list = (items) => element("ul", null, ...items.map((item) => element("li", null, item)));
  const quiet = (text) => element("p", { class: "quiet" }, text);
  const sub = (text) => element("span", { class: "sub" }, text);
  const fold = (title, open, ...children) => element("details", { class: "why", open }, element("summary", null, title), ...children);
  const amounts = (rows) => element("dl", { class: "sum" }, ...rows.flatMap(([name, note, amount, isTotal]) => [
    element("dt", { class: isTotal ? "total" : null }, name, note ? sub(note) : null),
    element("dd", { class: isTotal ? "total" : null }, amount)]));

  /** A sentence with the finding's own values in it. */
  const filled = (sentence, names, values) => sentence.split(/(\{[01]\})/).map((part) => {
    const at = ["{0}", "{1}"].indexOf(part);
    if (at < 0) return part;
    return at < values.length ? figure(names[at], values[at])[1] : "…";
  }).join("");
  const about = applies.join(" AND ");
  const holds = about ? [`it is one that the rule is about: ${about}`] : [];
  const oldEnough = thresholds.find(([name]) => name === "age_days");
  if (oldEnough && age !== null) holds.push(`it is ${days(age)} old, at least ${oldEnough[1]}`);
  const changes = [];
  for (const [at, ...values] of met) {
    if (!conditions[at]) continue;
    const [sentence, change, names, isAlternative] = conditions[at];
    holds.push(filled(sentence, names, values));
    if (change !== null) changes.push(filled(change, names, values) + (isAlternative ? ", unless another condition does that is enough by itself" : ""));
  }
  if (about) changes.push(`it left what the rule is about: ${about}`);

  const looked = series.filter(([at]) => needs[at]).map(([at, coverage, ...figures]) => {
    const [title, span, needed] = needs[at];
    const shown = [];
    for (let i = 0; i < figures.length; i += 2) shown.push(`${word(figures[i])} ${number(figures[i + 1])}`);
    return element("li", null, `${title}; known for ${number(Math.floor(coverage * 1000) / 10)} % (${needed})`, sub(span), shown.join(", "));
  });

  const prices = [];
  const line = ([what, amount, quantity, unit, price, of]) => {
    const isPriced = price !== undefined && price !== null;
    const place = isPriced && of === undefined ? `, ${why.prices[price][2]}` : "";
    const name = (of === undefined ? "" : `${word(of)}: `) + word(what) + place;
    const shown = amount === null ? "unknown" : usd(amount);
    if (!isPriced) return [name, null, shown, false];
    if (!prices.includes(price)) prices.push(price);
    return [name, `${number(Math.abs(quantity))} ${word(unit)} × ${why.prices[price][1]} [${prices.indexOf(price) + 1}]`, shown, false];
  };
  const arithmetic = sums.map(([name, total, remark, lines]) => {
    const amount = total === null ? "not known" : usd(total);
    return lines.length === 0 ? quiet(`${word(name)}: ${amount}; ${word(remark)}`)
      : amounts([...lines.map(line), [`= ${word(name)} a month`, null, amount, true]]);
  });
  const net = steps.reduce((sum, step) => sum + step[1], 0);
  const counted = steps.map(([what, amount]) => [word(what), null, usd(amount), false]);

  return [
    fold("How the dollars were worked out", true, ...(arithmetic.length ? arithmetic : [quiet("The rule puts no price on it.")]),
      prices.length ? element("ol", { class: "prices" }, ...prices.map((at) => element("li", null, why.prices[at][0]))) : null),
    fold("Why it was found", false, list(holds), behind.length ? quiet(`Counted for it is only what meets: ${behind.join("; ")}`) : null),
    changes.length ? fold("It would no longer be found if one of these held", false, list(changes)) : null,
    fold("What was looked at", false, quiet(age === null ? "Its age is not known." : `Age: ${days(age)}`), element("ul", null, ...looked)),
    thresholds.length ? fold("Thresholds", false, element("ul", null, ...thresholds.map(([name, value, setBy, doc]) =>
      element("li", null, `${name} = ${value}, set by: ${setBy}`, sub(doc))))) : null,
    fold("What of it is counted", false,
      steps.length ? amounts([...counted, ["counted in the net sum, a month", null, usd(net), true]]) : quiet(word(nothing)),
      absorbs.length ? quiet("Counted here instead of by themselves:") : null,
      absorbs.length ? element("ul", null, ...absorbs.map((other) => element("li", null, reference(other)))) : null),
  ].filter((part) => part !== null);
};
