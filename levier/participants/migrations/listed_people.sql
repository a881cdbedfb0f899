-- What a list of people reads of a file, kept beside it: the last day of its windows, the last day at work, when it last moved. A file
-- stands for those merged into it; each is computed again, whole, when one of its decisions, placements or merges moves.

CREATE FUNCTION participants_person_keep(person bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
BEGIN
  SELECT COALESCE(merged_into_id, id) INTO head FROM participants_person WHERE id = person;
  -- who decides and who places the same person at once wait for each other; what follows then sees both
  PERFORM FROM participants_person WHERE id = head FOR NO KEY UPDATE;
  UPDATE participants_person p
     SET granted_until = (SELECT max(d.valid_until) FROM participants_eligibilitydecision d JOIN participants_person f ON f.id = d.person_id
                           WHERE d.granted AND (f.id = head OR f.merged_into_id = head)),
         placed_until = (SELECT max(COALESCE(x.ends_on, DATE '9999-12-31')) FROM participants_placement x JOIN participants_person f ON f.id = x.person_id
                          WHERE f.id = head OR f.merged_into_id = head),
         moved_at = (SELECT max(GREATEST(f.created_at, (SELECT max(d.decided_at) FROM participants_eligibilitydecision d WHERE d.person_id = f.id),
                                         (SELECT max(x.created_at) FROM participants_placement x WHERE x.person_id = f.id)))
                       FROM participants_person f WHERE f.id = head OR f.merged_into_id = head)
   WHERE p.id = head;
END $$;

CREATE FUNCTION participants_person_opened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.granted_until := NULL; NEW.placed_until := NULL; NEW.moved_at := NEW.created_at;
  RETURN NEW;
END $$;
CREATE TRIGGER participants_person_opened BEFORE INSERT ON participants_person
  FOR EACH ROW EXECUTE FUNCTION participants_person_opened();

CREATE FUNCTION participants_person_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM participants_person_keep(NEW.person_id);
  RETURN NULL;
END $$;
CREATE TRIGGER participants_eligibilitydecision_kept AFTER INSERT OR UPDATE ON participants_eligibilitydecision
  FOR EACH ROW EXECUTE FUNCTION participants_person_moved();
CREATE TRIGGER participants_placement_kept AFTER INSERT OR UPDATE ON participants_placement
  FOR EACH ROW EXECUTE FUNCTION participants_person_moved();

CREATE FUNCTION participants_person_merged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM participants_person_keep(NEW.id);
  PERFORM participants_person_keep(OLD.merged_into_id) WHERE OLD.merged_into_id IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER participants_person_merged AFTER UPDATE OF merged_into_id ON participants_person
  FOR EACH ROW WHEN (NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id) EXECUTE FUNCTION participants_person_merged();

CREATE VIEW participants_person_read AS
  WITH f AS (SELECT id, COALESCE(merged_into_id, id) AS head, created_at FROM participants_person),
       d AS (SELECT f.head, max(d.valid_until) FILTER (WHERE d.granted) AS until, max(d.decided_at) AS at
               FROM participants_eligibilitydecision d JOIN f ON f.id = d.person_id GROUP BY 1),
       x AS (SELECT f.head, max(COALESCE(x.ends_on, DATE '9999-12-31')) AS until, max(x.created_at) AS at
               FROM participants_placement x JOIN f ON f.id = x.person_id GROUP BY 1),
       o AS (SELECT head, max(created_at) AS at FROM f GROUP BY 1)
  SELECT o.head AS person_id, d.until AS granted_until, x.until AS placed_until, GREATEST(o.at, d.at, x.at) AS moved_at
    FROM o LEFT JOIN d ON d.head = o.head LEFT JOIN x ON x.head = o.head;
CREATE VIEW violation_person_kept AS
  SELECT p.id, p.granted_until, r.granted_until AS granted, p.placed_until, r.placed_until AS placed, p.moved_at, r.moved_at AS moved
    FROM participants_person p JOIN participants_person_read r ON r.person_id = p.id
   WHERE p.merged_into_id IS NULL
     AND (p.granted_until, p.placed_until, p.moved_at) IS DISTINCT FROM (r.granted_until, r.placed_until, r.moved_at);
