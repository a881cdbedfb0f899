/* The monthly DSN beside the declaration form: read here, matched with the people of the form, and only what is taken over enters it. */
import { Refusal, decimal, read } from "./reader.mjs";

const NARROW = "\u202f", HARD = "\u00a0";
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase().split(/[^A-Z0-9]+/).filter(Boolean);
const cents = (text) => Math.round(Number(text) * 100);
const french = (hundredths) => decimal(hundredths).replace(".", ",");
const day = (iso) => (iso ? iso.split("-").reverse().join("/") : "");

const make = (tag, text = "", properties = {}) => Object.assign(document.createElement(tag), { textContent: text, ...properties });

/** The rows of the file that may be this person's: every word of the name is among those of the payroll. */
const rowsOf = (name, rows) => {
  const wanted = plain(name);
  return rows.filter((row) => {
    const known = new Set(plain(`${row.last_name} ${row.usual_name ?? ""} ${row.first_names}`));
    return wanted.length > 1 && wanted.every((word) => known.has(word));
  });
};

const people = (rows) => new Set(rows.map((row) => `${row.matricule}|${row.birth_date}`)).size;

/** One person: the contracts of the month, each to tick, all ticked where there is no doubt about who it is. */
const choice = (line, rows, sure) => {
  const box = make("fieldset", "", { className: "stack-s" });
  box.append(make("legend", line.dataset.person, { className: "strong" }));
  if (!rows.length) { box.append(make("p", "Absent de ce fichier pour ce mois. Écrivez ses heures vous-même.", { className: "small muted" })); return box; }
  if (!sure) box.append(make("p", "Plusieurs personnes portent ce nom : cochez la bonne.", { className: "small" }));
  rows.forEach((row) => {
    const label = make("label", "", { className: "check" });
    const tick = make("input", "", { type: "checkbox", checked: sure });
    tick.dataset.hours = cents(row.hours_worked);
    const part = make("input", "", { className: "input input-num", inputMode: "decimal", autocomplete: "off", value: french(cents(row.hours_worked)) });
    part.dataset.part = "";
    part.setAttribute("aria-label", `Heures de ${line.dataset.person} sur ce marché, contrat ${row.contract}`);
    const dates = row.starts_on ? ` du ${day(row.starts_on)}${row.ends_on ? ` au ${day(row.ends_on)}` : ""}` : "";
    const born = sure ? "" : `, né(e) en ${(row.birth_date ?? "").slice(0, 4)}`;
    label.append(tick, make("span", `${french(cents(row.hours_worked))}${HARD}h${NARROW}: contrat ${row.contract}${dates}${row.job ? `, ${row.job}` : ""}${born}`));
    const share = make("p", "dont sur ce marché : ", { className: "small unit" });
    share.append(part, make("span", "h", { className: "muted" }));
    const wrong = make("p", "", { className: "error", hidden: true });
    wrong.dataset.over = "";
    part.addEventListener("input", () => over(part, tick, wrong));
    box.append(label, share, wrong);
  });
  return box;
};

const typed = (text) => {
  const clock = text.trim().match(/^(\d+)[:h](\d{2})$/);
  if (clock) return Number(clock[2]) < 60 ? Math.round((Number(clock[1]) + Number(clock[2]) / 60) * 100) : NaN;
  const compact = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return /^\d+(\.\d{1,2})?$/.test(compact) ? cents(compact) : NaN;
};

/** The hours of a contract are a ceiling: what is counted here never goes above what was paid. Says so, and whether it holds. */
const over = (part, tick, wrong) => {
  const value = typed(part.value), most = Number(tick.dataset.hours);
  const said = Number.isNaN(value) ? "Écrivez des heures, par exemple 80 ou 80,50." : value > most ? `La paie n’a que ${french(most)}${HARD}h pour ce contrat : réduisez ce nombre.` : "";
  wrong.textContent = said;
  wrong.hidden = !said;
  part.setAttribute("aria-invalid", String(Boolean(said)));
  return !said;
};

/** Write the ticked hours into the form; where some were left out, what the payslip says goes beside, as the ceiling. */
const take = (form, pairs) => {
  const shares = pairs.flatMap(({ box }) => [...box.querySelectorAll("[data-part]")].map((part) => [part, part.closest("p").previousElementSibling.querySelector("input"), part.closest("p").nextElementSibling]));
  const wrong = shares.filter(([part, tick, said]) => tick.checked && !over(part, tick, said));
  if (wrong.length) { wrong[0][0].focus(); return -1; }
  let taken = 0;
  pairs.forEach(({ line, box, rows, sure }) => {
    const ticks = [...box.querySelectorAll("input[type=checkbox]")];
    if (!ticks.some((tick) => tick.checked)) return;
    const part = (tick) => typed(tick.closest("label").nextElementSibling.querySelector("[data-part]").value);
    const chosen = ticks.filter((tick) => tick.checked);
    const drawn = chosen.reduce((sum, tick) => sum + part(tick), 0);
    const worked = sure ? rows.reduce((sum, row) => sum + cents(row.hours_worked), 0) : chosen.reduce((sum, tick) => sum + Number(tick.dataset.hours), 0);
    const [hours, payslip] = [line.querySelector("input[name^='h-']"), line.querySelector("input[name^='w-']")];
    hours.value = french(drawn);
    if (payslip) {
      payslip.value = worked === drawn ? "" : french(worked);
      payslip.closest("details").open = worked !== drawn;
    }
    taken += 1;
  });
  form.dispatchEvent(new Event("input", { bubbles: true }));
  return taken;
};

const show = (section, found) => {
  const form = document.querySelector("form[data-tally]");
  const out = section.querySelector("[data-found]");
  const rows = found.hours.filter((row) => row.month === section.dataset.month);
  const firms = [...new Set(found.hours.map((row) => (row.siret ?? "").slice(0, 9)))].filter(Boolean);
  const own = (section.dataset.siret ?? "").slice(0, 9);
  const foreign = own && firms.length && !firms.includes(own) ? [make("p", `Ce fichier est la paie d’une autre entreprise (SIREN ${firms.join(", ")}) : vous déclarez pour ${own}. Ne reprenez ces heures que si c’est bien voulu.`, { className: "error" })] : [];
  const pairs = [...form.querySelectorAll("tr[data-person]")].filter((line) => line.querySelector("input[name^='h-']")).map((line) => {
    const mine = rowsOf(line.dataset.person, rows);
    const sure = people(mine) === 1;
    return { line, rows: mine, sure, box: choice(line, mine, sure) };
  });
  const button = make("button", "Reprendre ces heures", { type: "button", className: "btn btn-s" });
  const said = make("p", "", { className: "small" });
  button.addEventListener("click", () => {
    const taken = take(form, pairs);
    said.textContent = taken < 0 ? "Rien n’est repris : corrigez les heures en rouge." : taken ? `Heures de ${taken} personne${taken > 1 ? "s" : ""} reprises dans le formulaire. Relisez-les avant d’envoyer.` : "Rien n’est coché.";
  });
  out.replaceChildren(
    ...foreign,
    ...(rows.length ? [] : [make("p", `Ce fichier ne dit rien de ce mois ; il couvre ${[...new Set(found.hours.map((row) => row.month))].join(", ") || "aucune heure"}.`, { className: "error" })]),
    ...found.warnings.map((warning) => make("p", warning, { className: "small muted" })),
    ...(rows.length ? [...pairs.map(({ box }) => box), button, said] : []),
  );
};

document.querySelectorAll("[data-payroll]").forEach((section) => {
  section.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const out = section.querySelector("[data-found]");
    out.replaceChildren(make("p", "Lecture du fichier…", { className: "small" }));
    try {
      show(section, read(new Uint8Array(await file.arrayBuffer())));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      out.replaceChildren(make("p", error.message, { className: "error" }));
    }
    event.target.value = "";
  });
});
