/* Reads a monthly DSN (déclaration sociale nominative) and keeps the hours paid, by contract and month. No dependency; the same
   file runs in the browser, where nothing leaves the computer, and under Node (command.mjs).

   Hours worked: the sum of S21.G00.53.002 where 53.001 is 01 (paid work) and the unit, 53.003 or else the contract's 40.011, is 10
   (hour) or 21 (hours of a lump sum), under a S21.G00.51 of type 002, tied by 51.010 to the contract 40.009 of the same person;
   the month is that of the pay period, 51.001. Source: dictionary of the norm (cahier technique), blocks 40, 51 and 53.

   What is not listed in KEPT is never decoded: neither the social-security number (30.001, 30.020), nor addresses, nor pay, nor
   the blocks of sick leave and suspensions (60, 65, 66). Hours are whole hundredths inside, decimal strings outside. */

/** Versions of the norm whose rubrics are known, by year; `verified` where the official dictionary of that year was at hand. */
export const VERSIONS = {
  P22V01: { year: 2022, verified: false },
  P23V01: { year: 2023, verified: false },
  P24V01: { year: 2024, verified: true },
  P25V01: { year: 2025, verified: false },
  P26V01: { year: 2026, verified: false },
  P27V01: { year: 2027, verified: false },
};

const KEPT = new Set([
  "S10.G00.00.005", "S10.G00.00.006", "S20.G00.05.001", "S20.G00.05.002", "S20.G00.05.003", "S20.G00.05.004", "S20.G00.05.005",
  "S21.G00.06.001", "S21.G00.11.001", "S21.G00.30.002", "S21.G00.30.003", "S21.G00.30.004", "S21.G00.30.006", "S21.G00.30.019",
  "S21.G00.40.001", "S21.G00.40.006", "S21.G00.40.007", "S21.G00.40.009", "S21.G00.40.010", "S21.G00.40.011",
  "S21.G00.40.046", "S21.G00.51.001", "S21.G00.51.010", "S21.G00.51.011", "S21.G00.53.001", "S21.G00.53.002", "S21.G00.53.003",
  "S90.G00.90.001", "S90.G00.90.002",
]);
const NEW_BLOCK = "S21.G00.30.001";
const NATURES = {
  "02": "un signalement de fin de contrat", "03": "un signalement de fin de contrat", "04": "un signalement d’arrêt de travail",
  "05": "un signalement de reprise du travail", "07": "un signalement de fin de contrat",
  "08": "un signalement d’amorçage des données variables", "09": "une DSN de substitution",
};
const HOURS = new Set(["10", "21"]);
const LARGEST = 300_000_000;
const CODE_LENGTH = 14;
const LF = 10, CR = 13, COMMA = 44, QUOTE = 39;

/** Why a file is not read, in one French sentence that says what to do; `line` where one line is at fault. */
export class Refusal extends Error {
  constructor(code, message, line = null) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.line = line;
  }
}

const refuse = (code, message, line) => { throw new Refusal(code, message, line); };

/** Hundredths of an hour as a decimal string: 15167 gives "151.67". */
export const decimal = (hundredths) => {
  const [sign, all] = [hundredths < 0 ? "-" : "", String(Math.abs(hundredths)).padStart(3, "0")];
  return `${sign}${all.slice(0, -2)}.${all.slice(-2)}`;
};

const hundredths = (text, code, line) => {
  const found = /^(-?)0*(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (!found) refuse("bad_number", `Ligne ${line} : « ${text} » n’est pas un nombre d’heures (rubrique ${code}). Demandez un nouvel export au logiciel de paie.`, line);
  const value = Number(found[2]) * 100 + Number((found[3] ?? "").padEnd(2, "0"));
  return found[1] ? -value : value;
};

const iso = (text, code, line) => {
  const found = /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  const [day, month] = found ? [Number(found[1]), Number(found[2])] : [0, 0];
  if (!found || month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(Number(found[3]), month, 0)).getUTCDate()) {
    refuse("bad_date", `Ligne ${line} : « ${text} » n’est pas une date JJMMAAAA (rubrique ${code}). Demandez un nouvel export au logiciel de paie.`, line);
  }
  return `${found[3]}-${found[2]}-${found[1]}`;
};

/** A birth date may have an unknown day or month, written 99: it is then given as the year, or the year and month. */
const birth = (text, code, line) => {
  const found = /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (found && found[2] === "99") return found[3];
  if (found && found[1] === "99") return `${found[3]}-${found[2]}`;
  return iso(text, code, line);
};

/** The bytes and how to decode their texts. UTF-8 where they are, else ISO-8859-1, the other encoding of the norm. */
const encodingOf = (bytes) => {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) || (bytes[1] === 0 && bytes[3] === 0)) {
    refuse("encoding", "Ce fichier est encodé en UTF-16, que la norme DSN n’admet pas : exportez-le de nouveau en UTF-8 ou en ISO-8859-1.");
  }
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  if (!body.some((byte) => byte > 127)) return { body, encoding: "ascii", decoder: new TextDecoder("utf-8") };
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(body);
    return { body, encoding: "utf-8", decoder: new TextDecoder("utf-8") };
  } catch {
    return { body, encoding: "iso-8859-1", decoder: new TextDecoder("iso-8859-1") };
  }
};

const looksLikeCode = (bytes, at) =>
  bytes[at] === 83 && bytes[at + 3] === 46 && bytes[at + 4] === 71 && bytes[at + 7] === 46 && bytes[at + 10] === 46;

/** Each kept rubric in order: `each(code, text, line)`; text is null where a new person starts. Returns the number of lines. */
const scan = (body, decoder, each) => {
  const ascii = new TextDecoder("latin1");
  const codes = new Map();
  let line = 0;
  for (let start = 0; start < body.length;) {
    let end = body.indexOf(LF, start);
    if (end < 0) end = body.length;
    const next = end + 1;
    if (end > start && body[end - 1] === CR) end -= 1;
    if (end > start) {
      line += 1;
      if (!looksLikeCode(body, start) || body[start + CODE_LENGTH] !== COMMA || body[start + CODE_LENGTH + 1] !== QUOTE || body[end - 1] !== QUOTE || end - start < CODE_LENGTH + 3) {
        refuse(line === 1 ? "not_a_dsn" : "bad_line", line === 1
          ? "Ce fichier n’est pas une DSN : sa première ligne n’est pas une rubrique (S10.G00.00…). Choisissez le fichier que le logiciel de paie a préparé pour net-entreprises."
          : `Ligne ${line} : ce n’est pas une rubrique de DSN complète. Le fichier est abîmé ou coupé ; demandez un nouvel export.`, line);
      }
      // Codes are few: each is made once into a string, found again by its seven digits.
      const key = body[start + 1] * 1e7 + body[start + 2] * 1e6 + body[start + 8] * 1e5 + body[start + 9] * 1e4 + body[start + 11] * 1e3 + body[start + 12] * 1e2 + body[start + 13];
      let code = codes.get(key);
      if (code === undefined) codes.set(key, code = ascii.decode(body.subarray(start, start + CODE_LENGTH)));
      if (code === NEW_BLOCK) each(code, null, line);
      else if (KEPT.has(code)) each(code, decoder.decode(body.subarray(start + CODE_LENGTH + 2, end - 1)), line);
    }
    start = next;
  }
  return line;
};

/** Follows the blocks of the file as they come: declaration, establishment, person, contract, pay, activity. */
class Reading {
  constructor() {
    this.version = null;
    this.test = false;
    this.declarations = [];
    this.footer = null;
    this.last = "";
    this.current = {};
  }

  take(code, text, line) {
    const [block, rubric] = [code.slice(0, 10), code.slice(11)];
    switch (block) {
      case "S10.G00.00": if (rubric === "006") this.version = text; else this.test = text === "01"; break;
      case "S20.G00.05": this.declaration(rubric, text, code, line); break;
      case "S21.G00.06": this.need("declaration", line).siren = text; break;
      case "S21.G00.11": this.need("declaration", line); this.current = { declaration: this.current.declaration, siret: `${this.current.declaration.siren ?? ""}${text}` }; break;
      case "S21.G00.30": this.person(rubric, text, code, line); break;
      case "S21.G00.40": this.contract(rubric, text, code, line); break;
      case "S21.G00.51": this.pay(rubric, text, code, line); break;
      case "S21.G00.53": this.activity(rubric, text, code, line); break;
      default: this.footer ??= {}; this.footer[rubric] = Number(text);
    }
    this.last = code;
  }

  need(what, line) {
    return this.current[what] ?? refuse("out_of_order", `Ligne ${line} : cette rubrique ne se rattache à rien (il manque le bloc qui la précède). Le fichier est abîmé ; demandez un nouvel export.`, line);
  }

  /** Whether this rubric opens a new block: the same or a lower number than the one before in the same block. */
  opens(code) {
    return this.last.slice(0, 10) !== code.slice(0, 10) || this.last >= code;
  }

  declaration(rubric, text, code, line) {
    if (rubric === "001") {
      this.current = { declaration: { nature: text, type: "01", fraction: "11", order: 0, month: null, siren: null, people: [] } };
      this.declarations.push(this.current.declaration);
      return;
    }
    const one = this.need("declaration", line);
    if (rubric === "002") one.type = text;
    else if (rubric === "003") one.fraction = text;
    else if (rubric === "004") one.order = Number(text) || 0;
    else one.month = iso(text, code, line).slice(0, 7);
  }

  person(rubric, text, code, line) {
    if (text === null || (rubric === "002" && this.opens(code) && this.last !== NEW_BLOCK)) {
      const siret = this.need("siret", line);
      this.current.person = { siret, last_name: "", usual_name: "", first_names: "", birth_date: null, matricule: null, contracts: [] };
      this.current.contract = this.current.pay = this.current.activity = null;
      this.current.declaration.people.push(this.current.person);
      if (text === null) return;
    }
    const one = this.need("person", line);
    if (rubric === "002") one.last_name = text;
    else if (rubric === "003") one.usual_name = text;
    else if (rubric === "004") one.first_names = text;
    else if (rubric === "006") one.birth_date = birth(text, code, line);
    else one.matricule = text;
  }

  contract(rubric, text, code, line) {
    const person = this.need("person", line);
    if (rubric === "001" || this.opens(code) && !this.last.startsWith("S21.G00.40")) {
      this.current.contract = { number: "", nature: "", job: "", starts_on: null, ends_on: null, unit: null, user_establishment: null, months: new Map() };
      this.current.pay = this.current.activity = null;
      person.contracts.push(this.current.contract);
    }
    const one = this.current.contract;
    if (rubric === "001") one.starts_on = iso(text, code, line);
    else if (rubric === "010") one.ends_on = iso(text, code, line);
    else if (rubric === "006") one.job = text;
    else if (rubric === "007") one.nature = text;
    else if (rubric === "009") one.number = text;
    else if (rubric === "011") one.unit = text;
    else if (rubric === "046") one.user_establishment = text;
  }

  pay(rubric, text, code, line) {
    this.need("person", line);
    if (rubric === "001") { this.current.pay = { month: iso(text, code, line).slice(0, 7), contract: null, type: null }; this.current.activity = null; return; }
    const one = this.need("pay", line);
    if (rubric === "010") one.contract = text; else one.type = text;
  }

  activity(rubric, text, code, line) {
    const pay = this.need("pay", line);
    if (rubric === "001") { this.current.activity = { type: text, line }; return; }
    const activity = this.need("activity", line);
    if (rubric === "003") { activity.booked.unit = text; return; }
    activity.booked = { type: activity.type, unit: null, hundredths: hundredths(text, code, line) };
    if (pay.type !== "002") return;
    const { person } = this.current;
    const contract = person.contracts.find((one) => one.number === pay.contract) ?? (pay.contract === null && person.contracts.length === 1 ? person.contracts[0] : null);
    if (!contract) refuse("unknown_contract", `Ligne ${line} : des heures se rattachent au contrat « ${pay.contract ?? ""} », que le fichier ne déclare pas pour cette personne. Demandez un nouvel export.`, line);
    contract.months.set(pay.month, [...(contract.months.get(pay.month) ?? []), activity.booked]);
  }
}

/** Of several declarations of the same establishment, month and fraction, the one made last. */
const inForce = (declarations, warnings) => {
  const kept = new Map();
  for (const one of declarations) {
    const key = `${one.siren}|${one.month}|${one.fraction}|${one.people[0]?.siret ?? ""}`;
    const known = kept.get(key);
    const replaces = one.type === "03" || one.type === "05" || one.type === "04";
    if (known && replaces && one.order >= known.order) warnings.push(`La déclaration de ${one.month} en remplace une autre du même fichier : seule la dernière est lue.`);
    if (!known || (replaces && one.order >= known.order)) kept.set(key, one);
    else kept.set(`${key}|${kept.size}`, one);
  }
  return [...kept.values()].filter((one) => one.type !== "04");
};

const row = (person, contract, month, booked) => {
  const totals = { worked: 0, absence: 0, other: {} };
  for (const { type, unit, hundredths: measure } of booked) {
    const counted = unit ?? contract.unit ?? "";
    if (!HOURS.has(counted)) { const key = `${counted || "?"}/${type}`; totals.other[key] = (totals.other[key] ?? 0) + measure; }
    else if (type === "01") totals.worked += measure;
    else totals.absence += measure;
  }
  return {
    siret: person.siret, matricule: person.matricule, last_name: person.last_name, usual_name: person.usual_name || null,
    first_names: person.first_names, birth_date: person.birth_date, contract: contract.number, nature: contract.nature, job: contract.job || null,
    starts_on: contract.starts_on, ends_on: contract.ends_on, user_establishment: contract.user_establishment, month,
    hours_worked: decimal(totals.worked), hours_unpaid_absence: decimal(totals.absence),
    other_units: Object.fromEntries(Object.entries(totals.other).map(([key, value]) => [key, decimal(value)])),
    worked: totals.worked, absence: totals.absence,
  };
};

const checkFooter = (footer, lines, declarations, warnings) => {
  if (footer?.["001"] === undefined) {
    refuse("truncated", `Le fichier s’arrête à la ligne ${lines}, sans son total (S90.G00.90) : il est coupé. Demandez un nouvel export au logiciel de paie.`, lines);
  }
  if (footer["001"] > lines) {
    refuse("truncated", `Le fichier annonce ${footer["001"]} rubriques et n’en contient que ${lines} : il en manque. Demandez un nouvel export au logiciel de paie.`, lines);
  }
  if (footer["001"] < lines) warnings.push(`Le fichier annonce ${footer["001"]} rubriques et en contient ${lines} : vérifiez qu’il n’a pas été modifié à la main.`);
  if (footer["002"] !== undefined && footer["002"] !== declarations) warnings.push(`Le fichier annonce ${footer["002"]} déclaration(s) et en contient ${declarations}.`);
};

/** Read the bytes of a DSN.

    Returns norm_version, declarations, employees, contracts, rows, lines_in_file, hours_worked_by_month, hours_unpaid_absence_by_month,
    hours_worked_total, encoding, warnings, and hours: one row a person, contract and month. Throws Refusal. */
export const read = (bytes) => {
  if (bytes.length === 0) refuse("empty", "Ce fichier est vide : choisissez le fichier que le logiciel de paie a préparé pour net-entreprises.");
  if (bytes.length > LARGEST) refuse("too_large", "Ce fichier dépasse 300 Mo : demandez au logiciel de paie un fichier par établissement.");
  const { body, encoding, decoder } = encodingOf(bytes);
  const reading = new Reading();
  const lines = scan(body, decoder, (code, text, line) => reading.take(code, text, line));
  const warnings = [];
  if (!reading.version || reading.declarations.length === 0) {
    refuse("not_a_dsn", "Ce fichier n’est pas une DSN mensuelle : la version de la norme ou la déclaration manque. Choisissez le fichier que le logiciel de paie a préparé pour net-entreprises.");
  }
  const known = VERSIONS[reading.version] ?? refuse("version", `La version « ${reading.version} » de la norme DSN n’est pas connue ici (connues : ${Object.keys(VERSIONS).join(", ")}). Saisissez les heures dans le formulaire, et prévenez-nous.`);
  const other = reading.declarations.find((one) => one.nature !== "01");
  if (other) refuse("not_monthly", `Ce fichier est ${NATURES[other.nature] ?? `une déclaration de nature « ${other.nature} »`}, pas une DSN mensuelle : il n’est pas lu. Choisissez la DSN du mois.`);
  checkFooter(reading.footer, lines, reading.declarations.length, warnings);
  if (!known.verified) warnings.push(`Norme ${reading.version} : mêmes rubriques que celles de 2024, sans le dictionnaire officiel de l’année. Relisez les heures avant de les envoyer.`);
  if (reading.test) warnings.push("Ce fichier est marqué comme un essai (S10.G00.00.005).");
  return summary(reading, inForce(reading.declarations, warnings), { encoding, lines, warnings });
};

/** Distinct people, without their numbers: two blocks of one establishment are two people, homonyms included; the same name,
    birth date and staff number (matricule) in another establishment or month is the same person. */
const countPeople = (declarations) => {
  const most = new Map();
  for (const declaration of declarations) {
    const here = new Map();
    for (const one of declaration.people) {
      const key = [one.last_name, one.first_names, one.birth_date, one.matricule].join("|");
      const place = `${one.siret}|${key}`;
      here.set(place, (here.get(place) ?? 0) + 1);
      most.set(key, Math.max(most.get(key) ?? 0, here.get(place)));
    }
  }
  return [...most.values()].reduce((sum, count) => sum + count, 0);
};

const summary = (reading, declarations, { encoding, lines, warnings }) => {
  const people = declarations.flatMap((one) => one.people);
  const contracts = people.flatMap((person) => person.contracts);
  const rows = people.flatMap((person) => person.contracts.flatMap((contract) => [...contract.months].map(([month, booked]) => row(person, contract, month, booked))));
  const byMonth = (field) => {
    const totals = {};
    for (const one of rows) if (one[field]) totals[one.month] = (totals[one.month] ?? 0) + one[field];
    return Object.fromEntries(Object.entries(totals).sort().map(([month, value]) => [month, decimal(value)]));
  };
  return {
    norm_version: reading.version,
    declarations: reading.declarations.length,
    employees: countPeople(declarations),
    contracts: contracts.length,
    rows: rows.length,
    lines_in_file: lines,
    hours_worked_by_month: byMonth("worked"),
    hours_unpaid_absence_by_month: byMonth("absence"),
    hours_worked_total: decimal(rows.reduce((sum, one) => sum + one.worked, 0)),
    encoding,
    action: "read",
    warnings,
    hours: rows.map(({ worked: _worked, absence: _absence, ...kept }) => kept),
  };
};
