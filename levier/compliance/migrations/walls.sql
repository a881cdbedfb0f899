-- Certificates: numbered without a hole within a year, chained, one successor at most, never changed.
CREATE FUNCTION compliance_certificate_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  previous compliance_certificate;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('compliance_certificate'));
  SELECT * INTO previous FROM compliance_certificate ORDER BY id DESC LIMIT 1;
  NEW.prev_hash := CASE WHEN previous.id IS NULL THEN ''::bytea
    ELSE sha256(previous.prev_hash || previous.content_hash || convert_to(previous.year || '-' || previous.number, 'UTF8')) END;
  SELECT COALESCE(max(c.number), 0) + 1 INTO NEW.number FROM compliance_certificate c WHERE c.year = NEW.year;
  IF NEW.supersedes_id IS NULL THEN
    IF EXISTS (SELECT 1 FROM compliance_certificate c WHERE c.commitment_id = NEW.commitment_id) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV012', MESSAGE = 'CERTIFICATE_EXISTS';
    END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM compliance_certificate c WHERE c.id = NEW.supersedes_id AND c.commitment_id = NEW.commitment_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV013', MESSAGE = 'SUPERSEDES_ANOTHER';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER compliance_certificate_seal BEFORE INSERT ON compliance_certificate
  FOR EACH ROW EXECUTE FUNCTION compliance_certificate_seal();

CREATE VIEW violation_certificate_numbers AS
  SELECT c.year, count(*) AS certificates, max(c.number) AS highest FROM compliance_certificate c
   GROUP BY c.year HAVING count(*) <> max(c.number) OR min(c.number) <> 1;
CREATE VIEW violation_certificate_chain AS
  SELECT x.id FROM (SELECT c.id, c.prev_hash, COALESCE(sha256(lag(c.prev_hash) OVER w || lag(c.content_hash) OVER w
      || convert_to(lag(c.year) OVER w || '-' || lag(c.number) OVER w, 'UTF8')), ''::bytea) AS expected
    FROM compliance_certificate c WINDOW w AS (ORDER BY c.id)) x WHERE x.prev_hash <> x.expected;
