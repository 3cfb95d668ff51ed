-- Each side of a convention signs for itself. Row-level security says who may
-- change the row; this says which half of it.
CREATE FUNCTION passnum.own_signature() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  me text := coalesce(current_setting('app.organisation_id', true), '');
BEGIN
  IF me = '' OR current_user <> 'passnum_org' THEN
    RETURN NEW;
  END IF;
  IF me <> OLD.commanditaire_id::text AND
    (NEW.commanditaire_signatory, NEW.commanditaire_title, NEW.commanditaire_signed_at, NEW.commanditaire_signed_by, NEW.number, NEW.starts_on, NEW.ends_on, NEW.purpose, NEW.proposed_at, NEW.proposed_by)
    IS DISTINCT FROM
    (OLD.commanditaire_signatory, OLD.commanditaire_title, OLD.commanditaire_signed_at, OLD.commanditaire_signed_by, OLD.number, OLD.starts_on, OLD.ends_on, OLD.purpose, OLD.proposed_at, OLD.proposed_by) THEN
    RAISE EXCEPTION 'an aiguilleur signs for itself only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF me <> OLD.aiguilleur_id::text AND
    (NEW.aiguilleur_signatory, NEW.aiguilleur_title, NEW.aiguilleur_signed_at, NEW.aiguilleur_signed_by)
    IS DISTINCT FROM
    (OLD.aiguilleur_signatory, OLD.aiguilleur_title, OLD.aiguilleur_signed_at, OLD.aiguilleur_signed_by) THEN
    RAISE EXCEPTION 'a commanditaire signs for itself only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER own_signature BEFORE UPDATE ON conventions FOR EACH ROW EXECUTE FUNCTION passnum.own_signature();
