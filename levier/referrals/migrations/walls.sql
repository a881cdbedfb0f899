-- A referral (candidature) is moved by its steps alone. Each step begins where the last one ended; the table of allowed steps is the check
-- referral_step_allowed. Codes of refusal: LV0xx.

CREATE FUNCTION referrals_step_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.origin = '' THEN
    IF EXISTS (SELECT 1 FROM referrals_referralstep s WHERE s.referral_id = NEW.referral_id AND s.id <> NEW.id)
       OR NOT EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = NEW.referral_id AND r.state = NEW.target) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV060', MESSAGE = 'STEP_OUT_OF_ORDER', DETAIL = 'first step';
    END IF;
    RETURN NULL;
  END IF;
  UPDATE referrals_referral r SET state = NEW.target, state_since = NEW.at, meets_on = COALESCE(NEW.meets_on, r.meets_on)
   WHERE r.id = NEW.referral_id AND r.state = NEW.origin
     AND EXISTS (SELECT 1 FROM referrals_referralstep s WHERE s.referral_id = r.id AND s.id <> NEW.id);
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'LV060', MESSAGE = 'STEP_OUT_OF_ORDER', DETAIL = NEW.origin || ' to ' || NEW.target;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER referrals_step_moves AFTER INSERT ON referrals_referralstep FOR EACH ROW EXECUTE FUNCTION referrals_step_moves();

CREATE FUNCTION referrals_referral_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' THEN
      RAISE EXCEPTION USING ERRCODE = 'LV061', MESSAGE = 'STATE_GUARDED', DETAIL = 'a referral begins as proposed';
    END IF;
    RETURN NEW;
  END IF;
  IF pg_trigger_depth() < 2 AND (NEW.state, NEW.state_since, NEW.meets_on) IS DISTINCT FROM (OLD.state, OLD.state_since, OLD.meets_on) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV061', MESSAGE = 'STATE_GUARDED', DETAIL = OLD.state || ' to ' || NEW.state;
  END IF;
  IF (NEW.position_id, NEW.person_id, NEW.referrer_id) IS DISTINCT FROM (OLD.position_id, OLD.person_id, OLD.referrer_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV061', MESSAGE = 'STATE_GUARDED', DETAIL = 'whom and where never change';
  END IF;
  IF OLD.placement_id IS NOT NULL AND NEW.placement_id IS DISTINCT FROM OLD.placement_id THEN
    RAISE EXCEPTION USING ERRCODE = 'LV061', MESSAGE = 'STATE_GUARDED', DETAIL = 'placement';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER referrals_referral_guard BEFORE INSERT OR UPDATE ON referrals_referral FOR EACH ROW EXECUTE FUNCTION referrals_referral_guard();

-- A person is at work through a referral if and only if a placement of that very person is linked.
CREATE FUNCTION referrals_placed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found referrals_referral%ROWTYPE;
BEGIN
  SELECT * INTO found FROM referrals_referral WHERE id = NEW.id;
  IF found.state IN ('placed', 'followed') AND NOT EXISTS
     (SELECT 1 FROM participants_placement p WHERE p.id = found.placement_id AND p.person_id = found.person_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV062', MESSAGE = 'PLACED_WITHOUT_PLACEMENT', DETAIL = found.public_id;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER referrals_placed AFTER UPDATE ON referrals_referral DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION referrals_placed();

CREATE VIEW violation_referral_steps AS
WITH chained AS (
  SELECT s.*, lag(s.target) OVER (PARTITION BY s.referral_id ORDER BY s.id) AS before,
         row_number() OVER (PARTITION BY s.referral_id ORDER BY s.id DESC) AS from_last
    FROM referrals_referralstep s)
SELECT r.public_id, r.state, c.target AS last_step FROM referrals_referral r
  LEFT JOIN chained c ON c.referral_id = r.id AND c.from_last = 1
 WHERE c.id IS NULL OR c.target <> r.state
UNION ALL
SELECT r.public_id, r.state, c.origin || ' after ' || COALESCE(c.before, 'nothing') FROM chained c JOIN referrals_referral r ON r.id = c.referral_id
 WHERE c.origin <> COALESCE(c.before, '')
UNION ALL
SELECT r.public_id, r.state, 'without placement' FROM referrals_referral r
 WHERE r.state IN ('placed', 'followed')
   AND NOT EXISTS (SELECT 1 FROM participants_placement p WHERE p.id = r.placement_id AND p.person_id = r.person_id);
