-- A grid that is in the tender file, scores that were handed in, and agreed scores do not change: refused with SQLSTATE LV000.
CREATE FUNCTION bids_grid_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.closed_at IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'GRID_CLOSED'; END IF;
    RETURN OLD;
  END IF;
  IF OLD.closed_at IS NOT NULL AND (OLD.points, OLD.link, OLD.anchors, OLD.minimum_hours, OLD.lot_id, OLD.closed_at)
     IS DISTINCT FROM (NEW.points, NEW.link, NEW.anchors, NEW.minimum_hours, NEW.lot_id, NEW.closed_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'GRID_CLOSED';
  END IF;
  IF OLD.agreed_at IS NOT NULL AND OLD.agreed_at IS DISTINCT FROM NEW.agreed_at THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'AGREED';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bids_grid_guard BEFORE UPDATE OR DELETE ON bids_grid FOR EACH ROW EXECUTE FUNCTION bids_grid_guard();

CREATE FUNCTION bids_of_open_grid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
  found := CASE WHEN TG_OP = 'INSERT' THEN NEW.grid_id ELSE OLD.grid_id END;
  IF EXISTS (SELECT 1 FROM bids_grid WHERE id = found AND closed_at IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'GRID_CLOSED';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bids_subcriterion_guard BEFORE INSERT OR UPDATE OR DELETE ON bids_subcriterion
  FOR EACH ROW EXECUTE FUNCTION bids_of_open_grid();

CREATE FUNCTION bids_score_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.submitted_at IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'ALREADY_SUBMITTED'; END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bids_score_guard BEFORE UPDATE OR DELETE ON bids_score FOR EACH ROW EXECUTE FUNCTION bids_score_guard();

CREATE FUNCTION bids_agreement_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
  found := CASE WHEN TG_OP = 'INSERT' THEN NEW.bid_id ELSE OLD.bid_id END;
  IF EXISTS (SELECT 1 FROM bids_bid b JOIN bids_grid g ON g.id = b.grid_id WHERE b.id = found AND g.agreed_at IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'AGREED';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER bids_agreement_guard BEFORE INSERT OR UPDATE OR DELETE ON bids_agreement
  FOR EACH ROW EXECUTE FUNCTION bids_agreement_guard();
