-- Territories, other than that of the file, of the commitments that a person's placements are assigned to: their facilitators read the file too.
-- Assignments are never taken back, and neither a file nor a commitment changes its territory: the list only grows.
CREATE FUNCTION commitments_commitmentplacement_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE participants_person p SET placed_in = array_append(COALESCE(p.placed_in, '{}'), c.territory_id)
    FROM participants_placement x, commitments_commitment c
   WHERE x.id = NEW.placement_id AND c.id = NEW.commitment_id AND p.id = x.person_id AND p.territory_id <> c.territory_id
     AND NOT COALESCE(p.placed_in, '{}') @> ARRAY[c.territory_id];
  RETURN NULL;
END $$;
CREATE TRIGGER commitments_commitmentplacement_elsewhere AFTER INSERT ON commitments_commitmentplacement
  FOR EACH ROW EXECUTE FUNCTION commitments_commitmentplacement_elsewhere();

CREATE VIEW violation_person_placed AS
  WITH told AS (SELECT x.person_id, array_agg(DISTINCT c.territory_id) AS places
                  FROM commitments_commitmentplacement a JOIN participants_placement x ON x.id = a.placement_id
                  JOIN commitments_commitment c ON c.id = a.commitment_id JOIN participants_person f ON f.id = x.person_id
                 WHERE c.territory_id <> f.territory_id GROUP BY x.person_id)
  SELECT p.id, p.placed_in, t.places FROM participants_person p LEFT JOIN told t ON t.person_id = p.id
   WHERE NOT (COALESCE(p.placed_in, '{}') @> COALESCE(t.places, '{}') AND COALESCE(p.placed_in, '{}') <@ COALESCE(t.places, '{}'));

UPDATE participants_person p SET placed_in = v.places FROM violation_person_placed v WHERE v.id = p.id;
