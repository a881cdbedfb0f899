/* `npm run --silent dsn -- FILE…`: what the reader finds, as JSON; exit code 2 and a French sentence where a file is refused. */
import { readFileSync } from "node:fs";
import { Refusal, read } from "../../levier/web/static/levier/dsn/reader.mjs";

const files = process.argv.slice(2);
if (files.length !== 1) {
  console.error("Donnez un fichier DSN : npm run --silent dsn -- FICHIER");
  process.exit(2);
}
try {
  console.log(JSON.stringify(read(readFileSync(files[0])), null, 2));
} catch (error) {
  const system = { ENOENT: "est introuvable", EISDIR: "est un dossier, pas un fichier", EACCES: "ne peut pas être lu par ce compte" }[error.code];
  if (!(error instanceof Refusal) && !system) throw error;
  console.error(system ? `« ${files[0]} » ${system} : vérifiez son chemin.` : error.message);
  process.exit(2);
}
