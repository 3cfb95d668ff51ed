-- What is taken back on a chèque is counted when it is asked for and when it is
-- decided. Counting it again when a payment took the incident refused a cancelled
-- one whose chèque had been taken back anew, and with it the whole month.
CREATE OR REPLACE FUNCTION passnum.guard_incident() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
  paid bigint;
  taken bigint;
  cancelled incidents;
BEGIN
  IF TG_OP = 'UPDATE' AND ((NEW.commanditaire_id, NEW.id, NEW.order_id, NEW.structure_id, NEW.number, NEW.kind, NEW.redemption_id, NEW.cancels_id, NEW.amount_cents, NEW.proposed_by)
      IS DISTINCT FROM (OLD.commanditaire_id, OLD.id, OLD.order_id, OLD.structure_id, OLD.number, OLD.kind, OLD.redemption_id, OLD.cancels_id, OLD.amount_cents, OLD.proposed_by)
      OR OLD.state <> 'propose' AND NEW.state <> OLD.state) THEN
    RAISE EXCEPTION 'an incident is never edited' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state = OLD.state THEN
    RETURN NEW;
  END IF;
  IF NEW.kind = 'annulation' AND TG_OP = 'INSERT' THEN
    SELECT * INTO cancelled FROM incidents WHERE commanditaire_id = NEW.commanditaire_id AND id = NEW.cancels_id;
    IF cancelled.state <> 'valide' OR cancelled.kind IN ('annulation', 'recouvrement') OR (cancelled.order_id, cancelled.structure_id, -cancelled.amount_cents) IS DISTINCT FROM (NEW.order_id, NEW.structure_id, NEW.amount_cents) THEN
      RAISE EXCEPTION 'a cancellation is the opposite of a decided incident' USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_opposite';
    END IF;
  END IF;
  IF NEW.kind IN ('trop_percu', 'fraude') AND NEW.redemption_id IS NOT NULL AND NEW.state <> 'refuse' THEN
    SELECT amount_cents INTO paid FROM redemptions WHERE commanditaire_id = NEW.commanditaire_id AND id = NEW.redemption_id AND undone_at IS NULL FOR UPDATE;
    SELECT -coalesce(sum(i.amount_cents), 0) INTO taken FROM incidents i
    WHERE i.commanditaire_id = NEW.commanditaire_id AND i.redemption_id = NEW.redemption_id AND i.id <> NEW.id AND i.kind IN ('trop_percu', 'fraude') AND i.state <> 'refuse'
      AND NOT EXISTS (SELECT FROM incidents a WHERE a.commanditaire_id = i.commanditaire_id AND a.cancels_id = i.id AND a.state = 'valide');
    IF taken - NEW.amount_cents > coalesce(paid, 0) THEN
      RAISE EXCEPTION 'more is taken back than was paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'incidents_within_redemption';
    END IF;
  END IF;
  RETURN NEW;
END $$;
