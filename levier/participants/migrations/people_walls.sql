-- Two files said to be one person (reliability.md I-21): acyclic, told by an append-only row, four eyes where they are due.
-- The ledger is not touched: a placement never changes its person (participants_placement_check), nor does a worked month.

CREATE FUNCTION participants_person_merge_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  target participants_person;
BEGIN
  IF NEW.merged_into_id IS NOT DISTINCT FROM OLD.merged_into_id OR NEW.merged_into_id IS NULL THEN
    RETURN NEW;
  END IF;
  -- FOR SHARE: a target that is being merged elsewhere at the same moment is waited for, then seen
  SELECT * INTO STRICT target FROM participants_person WHERE id = NEW.merged_into_id FOR SHARE;
  IF target.merged_into_id IS NOT NULL OR target.id = NEW.id THEN
    RAISE EXCEPTION USING ERRCODE = 'LV020', MESSAGE = 'MERGE_TARGET_NOT_LIVE';
  END IF;
  IF EXISTS (SELECT FROM participants_person p WHERE p.merged_into_id = NEW.id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV021', MESSAGE = 'MERGE_OF_A_STANDING_FILE';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER participants_person_merge_guard BEFORE UPDATE OF merged_into_id ON participants_person
  FOR EACH ROW EXECUTE FUNCTION participants_person_merge_guard();

-- Across territories, and to undo, a second person has agreed.
CREATE FUNCTION participants_pairdecision_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.second_id IS NULL AND (NEW.kind = 'unmerge' OR (NEW.kind = 'merge' AND
     (SELECT k.territory_id <> a.territory_id FROM participants_person k, participants_person a
       WHERE k.id = NEW.kept_id AND a.id = NEW.absorbed_id))) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV022', MESSAGE = 'MERGE_FOUR_EYES';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER participants_pairdecision_check BEFORE INSERT ON participants_pairdecision
  FOR EACH ROW EXECUTE FUNCTION participants_pairdecision_check();

-- Where a file points is what the last decision on it says, at the end of every transaction.
CREATE FUNCTION participants_merged_as_decided(person bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p.merged_into_id IS NOT DISTINCT FROM (
    SELECT CASE d.kind WHEN 'merge' THEN d.kept_id END FROM participants_pairdecision d
     WHERE d.absorbed_id = p.id AND d.kind IN ('merge', 'unmerge') ORDER BY d.id DESC LIMIT 1)
    FROM participants_person p WHERE p.id = person
$$;
CREATE FUNCTION participants_person_merge_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT participants_merged_as_decided(NEW.id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV023', MESSAGE = 'MERGE_WITHOUT_DECISION';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER participants_person_merge_told AFTER INSERT OR UPDATE OF merged_into_id ON participants_person
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION participants_person_merge_told();
CREATE FUNCTION participants_pairdecision_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind IN ('merge', 'unmerge') AND NOT participants_merged_as_decided(NEW.absorbed_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV023', MESSAGE = 'MERGE_WITHOUT_DECISION';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER participants_pairdecision_done AFTER INSERT ON participants_pairdecision
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION participants_pairdecision_done();

CREATE VIEW violation_merge_chain AS
  SELECT p.id, p.merged_into_id FROM participants_person p JOIN participants_person t ON t.id = p.merged_into_id
   WHERE t.merged_into_id IS NOT NULL OR t.id = p.id;
CREATE VIEW violation_merge_decision AS
  SELECT p.id, p.merged_into_id FROM participants_person p WHERE NOT participants_merged_as_decided(p.id);
CREATE VIEW violation_merge_four_eyes AS
  SELECT d.id FROM participants_pairdecision d JOIN participants_person k ON k.id = d.kept_id JOIN participants_person a ON a.id = d.absorbed_id
   WHERE d.second_id = d.decided_by_id OR (d.second_id IS NULL AND (d.kind = 'unmerge' OR (d.kind = 'merge' AND k.territory_id <> a.territory_id)));
