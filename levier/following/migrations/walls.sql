-- What a standing was computed from has moved: a mark, which the next reader takes away and computes. Marks are rows that are
-- only added, so that no writer ever waits for another because of them.
CREATE FUNCTION following_commitment_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id) SELECT DISTINCT id FROM moved;
  RETURN NULL;
END $$;
CREATE FUNCTION following_of_commitment_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id) SELECT DISTINCT commitment_id FROM moved;
  RETURN NULL;
END $$;
CREATE FUNCTION following_line_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id)
    SELECT DISTINCT s.commitment_id FROM moved m JOIN hours_statement s ON s.id = m.statement_id;
  RETURN NULL;
END $$;
CREATE FUNCTION following_person_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id)
    SELECT DISTINCT a.commitment_id FROM moved m JOIN participants_placement p ON p.person_id = m.person_id
      JOIN commitments_commitmentplacement a ON a.placement_id = p.id;
  RETURN NULL;
END $$;
CREATE FUNCTION following_buyer_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id)
    SELECT DISTINCT o.id FROM moved m JOIN procurement_contract c ON c.buyer_id = m.buyer_id
      JOIN procurement_lot k ON k.contract_id = c.id JOIN commitments_commitment o ON o.lot_id = k.id;
  RETURN NULL;
END $$;
CREATE FUNCTION following_lot_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id)
    SELECT DISTINCT o.id FROM moved m JOIN commitments_commitment o ON o.lot_id = m.lot_id;
  RETURN NULL;
END $$;

CREATE TRIGGER following_made AFTER INSERT ON commitments_commitment REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_commitment_moved();
CREATE TRIGGER following_changed AFTER UPDATE ON commitments_commitment REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_commitment_moved();
CREATE TRIGGER following_line_made AFTER INSERT ON hours_statementline REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_line_moved();
CREATE TRIGGER following_line_changed AFTER UPDATE ON hours_statementline REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_line_moved();
CREATE TRIGGER following_line_gone AFTER DELETE ON hours_statementline REFERENCING OLD TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_line_moved();
CREATE TRIGGER following_statement_made AFTER INSERT ON hours_statement REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_of_commitment_moved();
CREATE TRIGGER following_statement_changed AFTER UPDATE ON hours_statement REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_of_commitment_moved();
CREATE TRIGGER following_assigned AFTER INSERT ON commitments_commitmentplacement REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_of_commitment_moved();
CREATE TRIGGER following_unassigned AFTER DELETE ON commitments_commitmentplacement REFERENCING OLD TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_of_commitment_moved();
CREATE TRIGGER following_certified AFTER INSERT ON compliance_certificate REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_of_commitment_moved();
CREATE TRIGGER following_placement_changed AFTER UPDATE ON participants_placement REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_person_moved();
CREATE TRIGGER following_decided AFTER INSERT ON participants_eligibilitydecision REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_person_moved();
CREATE TRIGGER following_calendar_set AFTER INSERT ON hours_declarationcalendar REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_buyer_moved();
CREATE TRIGGER following_invoiced AFTER INSERT ON following_invoicedamount REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_lot_moved();

INSERT INTO following_change (commitment_id) SELECT id FROM commitments_commitment;
