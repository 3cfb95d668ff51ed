-- What a hub answers and what an invitation allows, as before, with bounds that
-- were missing.

-- How many invitations left for a proposal since the first of a day: whoever may
-- invite chooses the address, which must not become a way to write to strangers.
ALTER TABLE proposals ADD COLUMN invitations smallint NOT NULL DEFAULT 0;

-- A hub that is a structure too does not answer itself: the commanditaire does.
CREATE OR REPLACE FUNCTION delegated_requests(p_id uuid, p_today date)
RETURNS TABLE (id uuid, structure_id uuid, name text, town text, message text, asked_at timestamptz, places int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT q.id, q.structure_id, o.name, o.town, q.message, q.asked_at, (SELECT count(*) FROM places p WHERE p.structure_id = o.id AND p.published)::int
  FROM live_delegation(p_id, p_today) d
  JOIN affiliation_requests q ON q.commanditaire_id = d.commanditaire_id AND q.state = 'demandee'
  JOIN organisations o ON o.id = q.structure_id
  WHERE d.may_decide AND q.structure_id <> d.hub_id ORDER BY q.asked_at, q.id;
$$;

-- Nor does it agree to a structure that shows no place any more.
CREATE OR REPLACE FUNCTION answer_delegated_request(p_id uuid, p_request uuid, p_accept boolean, p_reason text, p_account uuid, p_name text, p_now timestamptz, p_today date)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  d delegations;
  asked uuid;
BEGIN
  SELECT * INTO d FROM live_delegation(p_id, p_today) l WHERE l.may_decide;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE affiliation_requests q SET state = CASE WHEN p_accept THEN 'acceptee' ELSE 'refusee' END, decided_at = p_now, decided_by_name = p_name, hub_id = d.hub_id, reason = p_reason
  WHERE q.commanditaire_id = d.commanditaire_id AND q.id = p_request AND q.state = 'demandee' AND q.structure_id <> d.hub_id
    AND (NOT p_accept OR EXISTS (SELECT 1 FROM places s WHERE s.structure_id = q.structure_id AND s.published))
  RETURNING q.structure_id INTO asked;
  IF NOT FOUND OR NOT p_accept THEN
    RETURN asked;
  END IF;
  INSERT INTO agreements AS a (commanditaire_id, structure_id, agreed_at, agreed_by) VALUES (d.commanditaire_id, asked, p_now, p_account)
  ON CONFLICT (commanditaire_id, structure_id) DO UPDATE SET
    agreed_at = CASE WHEN a.withdrawn_at IS NULL THEN a.agreed_at ELSE excluded.agreed_at END,
    withdrawn_at = NULL, ends_on = NULL, ended_by = '', end_reason = '';
  RETURN asked;
END $$;

CREATE OR REPLACE FUNCTION invite_proposal(p_commanditaire uuid, p_id uuid, p_token bytea, p_email text, p_name text, p_now timestamptz, p_today date)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE proposals x SET state = 'invitee', decided_at = p_now, decided_by_name = p_name, reason = '', token_hash = p_token, invited_email = p_email,
    invitations = CASE WHEN x.state = 'invitee' AND x.decided_at > p_now - interval '1 day' THEN x.invitations + 1 ELSE 1 END
  WHERE x.commanditaire_id = p_commanditaire AND x.id = p_id AND x.organisation_id IS NULL
    AND NOT (x.state = 'invitee' AND x.decided_at > p_now - interval '1 day' AND x.invitations >= 5)
    AND (x.commanditaire_id = current_setting('app.organisation_id')::uuid OR EXISTS (
      SELECT 1 FROM live_delegation(x.delegation_id, p_today) d WHERE d.commanditaire_id = x.commanditaire_id AND d.may_invite));
  RETURN FOUND;
END $$;

-- A link that is too old to open the form is too old to be used.
CREATE OR REPLACE FUNCTION proposal_registered(p_token bytea, p_organisation uuid, p_now timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE proposals x SET organisation_id = p_organisation, registered_at = p_now
  WHERE x.token_hash = p_token AND x.state = 'invitee' AND x.organisation_id IS NULL AND x.decided_at > p_now - interval '90 days';
  RETURN FOUND;
END $$;
