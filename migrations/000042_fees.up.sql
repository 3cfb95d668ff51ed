-- What an order costs, line by line, and who pays which part of it.

-- VAT of each line, as an invoice names it: S at a rate, E exempt, O outside.
-- Whatever bears no VAT says why.
ALTER TABLE orders
  ADD COLUMN fee_tax text NOT NULL DEFAULT 'S' CHECK (fee_tax IN ('S', 'E', 'O')),
  ADD COLUMN fee_vat_basis_points int NOT NULL DEFAULT 2000 CHECK (fee_vat_basis_points BETWEEN 0 AND 3000),
  ADD COLUMN fee_vat_reason text NOT NULL DEFAULT '',
  ADD CONSTRAINT orders_fee_tax CHECK ((fee_tax = 'S') = (fee_vat_basis_points > 0) AND (fee_tax = 'S') = (fee_vat_reason = ''));
ALTER TABLE order_services
  ADD COLUMN tax text NOT NULL DEFAULT 'S' CHECK (tax IN ('S', 'E', 'O')),
  ADD COLUMN vat_basis_points int NOT NULL DEFAULT 2000 CHECK (vat_basis_points BETWEEN 0 AND 3000),
  ADD COLUMN vat_reason text NOT NULL DEFAULT '',
  ADD CONSTRAINT order_services_tax CHECK ((tax = 'S') = (vat_basis_points > 0) AND (tax = 'S') = (vat_reason = ''));

-- How a service line is billed: what is due at the order, then at each report.
-- A line without milestones is due at the order, whole.
CREATE TABLE order_milestones (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  kind text NOT NULL,
  rank smallint NOT NULL CHECK (rank BETWEEN 1 AND 5),
  label text NOT NULL CHECK (label <> ''),
  basis_points int NOT NULL CHECK (basis_points BETWEEN 1 AND 10000),
  at_order boolean NOT NULL,
  reported_at timestamptz,
  reported_by uuid,
  reported_by_name text NOT NULL DEFAULT '',
  report_note text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT order_milestones_rank_once UNIQUE (commanditaire_id, order_id, kind, rank),
  FOREIGN KEY (commanditaire_id, order_id, kind) REFERENCES order_services ON DELETE CASCADE,
  CONSTRAINT order_milestones_at_order CHECK (NOT at_order OR rank = 1 AND reported_at IS NULL),
  CONSTRAINT order_milestones_reported CHECK ((reported_at IS NULL) = (reported_by IS NULL) AND (reported_at IS NULL) = (report_note = ''))
);
SELECT passnum.protect('order_milestones', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE, DELETE');
-- A commanditaire rewrites its draft; a report is the operator's word.
REVOKE UPDATE ON order_milestones FROM passnum_org;
CREATE POLICY not_reported_by_themselves ON order_milestones AS RESTRICTIVE FOR INSERT TO passnum_org WITH CHECK (reported_at IS NULL);
CREATE POLICY reported_stays ON order_milestones AS RESTRICTIVE FOR DELETE TO passnum_org USING (reported_at IS NULL);

-- A payer reads what it paid.
CREATE POLICY payer_reads ON order_funds FOR SELECT TO passnum_org USING (payer_id = current_setting('app.organisation_id')::uuid);

-- A funder's call: an envelope, a rate, caps, a window, who may ask.
CREATE TABLE programmes (
  id uuid PRIMARY KEY,
  funder_id uuid NOT NULL REFERENCES organisations,
  name text NOT NULL CHECK (name <> ''),
  description text NOT NULL DEFAULT '',
  envelope_cents bigint NOT NULL CHECK (envelope_cents > 0),
  committed_cents bigint NOT NULL DEFAULT 0,
  rate_basis_points int NOT NULL CHECK (rate_basis_points BETWEEN 1 AND 10000),
  order_cap_cents bigint CHECK (order_cap_cents > 0),
  commanditaire_cap_cents bigint CHECK (commanditaire_cap_cents > 0),
  least_face_cents bigint NOT NULL DEFAULT 0 CHECK (least_face_cents >= 0),
  opens_on date NOT NULL,
  closes_on date NOT NULL,
  kinds text[] NOT NULL DEFAULT '{}', -- of organisation; empty: all
  direct boolean NOT NULL DEFAULT true, -- the funder pays into the dedicated account itself
  target_public text NOT NULL DEFAULT '',
  target_basis_points int NOT NULL DEFAULT 0 CHECK (target_basis_points BETWEEN 0 AND 10000),
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  created_by_name text NOT NULL,
  closed_at timestamptz,
  closed_by_name text NOT NULL DEFAULT '',
  closed_reason text NOT NULL DEFAULT '',
  UNIQUE (id, funder_id),
  CONSTRAINT programmes_window CHECK (closes_on >= opens_on),
  CONSTRAINT programmes_target CHECK ((target_public = '') = (target_basis_points = 0)),
  CONSTRAINT programmes_closed CHECK ((closed_at IS NULL) = (closed_reason = '')),
  CONSTRAINT programmes_within_envelope CHECK (committed_cents BETWEEN 0 AND envelope_cents)
);
CREATE INDEX programmes_funder ON programmes (funder_id);
SELECT passnum.protect('programmes', '{funder_id}', '{}', '{}', 'SELECT, INSERT, UPDATE');
-- A call is public to those who may answer it.
CREATE POLICY published ON programmes FOR SELECT TO passnum_org USING (true);
SELECT passnum.door('programmes', 'passnum_redeemer', 'SELECT, UPDATE');

-- An order attached to a programme, and the share that it reserves there.
CREATE TABLE programme_orders (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  programme_id uuid NOT NULL,
  funder_id uuid NOT NULL,
  face_cents bigint NOT NULL CHECK (face_cents > 0),
  share_cents bigint NOT NULL CHECK (share_cents > 0),
  state text NOT NULL DEFAULT 'demande' CHECK (state IN ('demande', 'accepte', 'refuse', 'retire', 'libere')),
  asked_at timestamptz NOT NULL,
  asked_by uuid NOT NULL,
  asked_by_name text NOT NULL,
  decided_at timestamptz,
  decided_by_name text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  -- The part of the programme's public that the commanditaire says it reached.
  reached_basis_points int CHECK (reached_basis_points BETWEEN 0 AND 10000),
  reached_at timestamptz,
  reached_note text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  FOREIGN KEY (programme_id, funder_id) REFERENCES programmes (id, funder_id),
  CONSTRAINT programme_orders_share CHECK (share_cents <= face_cents),
  CONSTRAINT programme_orders_decided CHECK ((state = 'demande') = (decided_at IS NULL)),
  CONSTRAINT programme_orders_refused CHECK (state <> 'refuse' OR reason <> ''),
  CONSTRAINT programme_orders_reached CHECK ((reached_at IS NULL) = (reached_basis_points IS NULL))
);
CREATE UNIQUE INDEX programme_orders_one_live ON programme_orders (commanditaire_id, order_id, programme_id) WHERE state IN ('demande', 'accepte');
CREATE INDEX programme_orders_programme ON programme_orders (programme_id);
CREATE INDEX programme_orders_order ON programme_orders (commanditaire_id, order_id);
SELECT passnum.protect('programme_orders', '{commanditaire_id,funder_id}', '{}', '{}', 'SELECT, INSERT, UPDATE');
SELECT passnum.door('programme_orders', 'passnum_redeemer', 'SELECT, UPDATE');

-- A co-funder's share is typed in euros, typed as a rate, or a programme's. It
-- pays into the dedicated account itself, or through the commanditaire.
ALTER TABLE order_cofunders
  ADD COLUMN share_basis_points int CHECK (share_basis_points BETWEEN 1 AND 10000),
  ADD COLUMN direct boolean NOT NULL DEFAULT false,
  ADD COLUMN programme_id uuid REFERENCES programmes,
  ADD CONSTRAINT order_cofunders_one_origin CHECK (share_basis_points IS NULL OR programme_id IS NULL);

-- What a programme has committed is what its live orders reserve: whoever writes
-- one, the sum follows, and the envelope's CHECK refuses what does not fit.
CREATE FUNCTION count_committed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  moved bigint := CASE WHEN NEW.state IN ('demande', 'accepte') THEN NEW.share_cents ELSE 0 END;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.programme_id <> OLD.programme_id THEN
      RAISE EXCEPTION 'an order does not change programme' USING ERRCODE = 'restrict_violation';
    END IF;
    moved := moved - CASE WHEN OLD.state IN ('demande', 'accepte') THEN OLD.share_cents ELSE 0 END;
  END IF;
  IF moved <> 0 THEN
    UPDATE programmes SET committed_cents = committed_cents + moved WHERE id = NEW.programme_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER count_committed AFTER INSERT OR UPDATE ON programme_orders FOR EACH ROW EXECUTE FUNCTION count_committed();

-- An order given up gives back what it reserved.
CREATE FUNCTION free_commitments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE programme_orders SET state = 'libere', decided_at = NEW.updated_at
  WHERE commanditaire_id = NEW.commanditaire_id AND order_id = NEW.id AND state IN ('demande', 'accepte');
  RETURN NULL;
END $$;
CREATE TRIGGER free_commitments AFTER UPDATE OF state ON orders FOR EACH ROW
  WHEN (NEW.state = 'annulee' AND OLD.state <> 'annulee') EXECUTE FUNCTION free_commitments();

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION count_committed() OWNER TO passnum_redeemer;
ALTER FUNCTION free_commitments() OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION count_committed(), free_commitments() FROM PUBLIC;
