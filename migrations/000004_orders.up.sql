-- Orders. Every money row carries the commanditaire first in its keys.
CREATE TABLE orders (
  commanditaire_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  number text NOT NULL DEFAULT '',
  title text NOT NULL,
  state text NOT NULL DEFAULT 'brouillon' CHECK (state IN (
    'brouillon', 'devis', 'signee', 'cadrage', 'bat_propose', 'bat_valide',
    'fabrication', 'expediee', 'livree', 'fonds_attestes', 'active', 'annulee')),
  cheques_per_carnet smallint NOT NULL CHECK (cheques_per_carnet BETWEEN 1 AND 20),
  face_value_cents bigint NOT NULL CHECK (face_value_cents BETWEEN 100 AND 5000),
  carnets int NOT NULL CHECK (carnets BETWEEN 1 AND 200000),
  validity text NOT NULL CHECK (validity IN ('date', 'remise')),
  valid_until date NOT NULL,
  validity_months smallint CHECK (validity_months BETWEEN 1 AND 36),
  perimeter jsonb NOT NULL DEFAULT '{}',
  perimeter_codes text[] NOT NULL DEFAULT '{}',
  coverage jsonb NOT NULL DEFAULT '{}',
  entries smallint[],
  accepted_structures text NOT NULL DEFAULT 'toutes' CHECK (accepted_structures IN ('toutes', 'agreees')),
  public_cible text NOT NULL DEFAULT '',
  message text NOT NULL DEFAULT '',
  colour text NOT NULL DEFAULT '',
  logo_id uuid,
  fee_basis_points int NOT NULL DEFAULT 400 CHECK (fee_basis_points BETWEEN 0 AND 3000),
  funder_ids uuid[] NOT NULL DEFAULT '{}',
  notes text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  updated_at timestamptz NOT NULL,
  signed_at timestamptz,
  signed_by uuid,
  signatory text NOT NULL DEFAULT '',
  signatory_title text NOT NULL DEFAULT '',
  engagement_number text NOT NULL DEFAULT '',
  service_code text NOT NULL DEFAULT '',
  bat_approved_at timestamptz,
  bat_hash bytea,
  minted_carnets int NOT NULL DEFAULT 0,
  attested_cents bigint NOT NULL DEFAULT 0,
  active_cents bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT orders_months_when_from_handover CHECK ((validity = 'remise') = (validity_months IS NOT NULL)),
  CONSTRAINT orders_minted_within_quantity CHECK (minted_carnets BETWEEN 0 AND carnets),
  -- The gate of the whole dispositif: nothing circulates that is not funded.
  CONSTRAINT orders_active_within_attested CHECK (active_cents >= 0 AND active_cents <= attested_cents),
  CONSTRAINT orders_active_is_funded CHECK (state <> 'active' OR active_cents > 0)
);
CREATE UNIQUE INDEX orders_number ON orders (commanditaire_id, number) WHERE number <> '';
CREATE INDEX orders_state ON orders (state, updated_at DESC);
CREATE INDEX orders_funders ON orders USING gin (funder_ids);
SELECT passnum.protect('orders', '{commanditaire_id}', '{funder_ids}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE');
-- Money and numbering are the operator's to write; minting is a job.
REVOKE UPDATE ON orders FROM passnum_org;
GRANT UPDATE (number, title, state, cheques_per_carnet, face_value_cents, carnets, validity, valid_until,
  validity_months, perimeter, perimeter_codes, coverage, entries, accepted_structures, public_cible, message,
  colour, logo_id, funder_ids, notes, updated_at, signed_at, signed_by, signatory, signatory_title,
  engagement_number, service_code, bat_approved_at, bat_hash) ON orders TO passnum_org;
CREATE POLICY not_by_themselves ON orders AS RESTRICTIVE FOR UPDATE TO passnum_org USING (true)
  WITH CHECK (state NOT IN ('fonds_attestes', 'active'));
SELECT passnum.door('orders', 'passnum_redeemer', 'SELECT');

-- A registry of public order numbers, so that an order page, a serial or a
-- transfer reference finds its commanditaire.
CREATE TABLE order_numbers (
  number text PRIMARY KEY,
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL
);
SELECT passnum.protect('order_numbers', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT');

CREATE TABLE order_steps (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  funder_ids uuid[] NOT NULL DEFAULT '{}',
  state text NOT NULL,
  at timestamptz NOT NULL,
  account_id uuid,
  actor_name text NOT NULL,
  note text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
CREATE INDEX order_steps_order ON order_steps (commanditaire_id, order_id, at);
SELECT passnum.protect('order_steps', '{commanditaire_id}', '{funder_ids}', '{commanditaire_id}', 'SELECT, INSERT');
SELECT passnum.append_only('order_steps');

CREATE TABLE order_cofunders (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisations,
  share_cents bigint NOT NULL CHECK (share_cents > 0),
  PRIMARY KEY (commanditaire_id, order_id, organisation_id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
SELECT passnum.protect('order_cofunders', '{commanditaire_id,organisation_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE, DELETE');

CREATE TABLE order_services (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ingenierie', 'assistance', 'formation', 'autre')),
  description text NOT NULL DEFAULT '',
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  PRIMARY KEY (commanditaire_id, order_id, kind),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
SELECT passnum.protect('order_services', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE, DELETE');

-- Where the carnets go: one row per point, a serial range once they are made.
CREATE TABLE order_deliveries (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  aiguilleur_id uuid NOT NULL,
  point_id uuid NOT NULL,
  carnets int NOT NULL CHECK (carnets > 0),
  number_from int,
  number_to int,
  shipped_at timestamptz,
  tracking text NOT NULL DEFAULT '',
  received_at timestamptz,
  received_by uuid,
  received_carnets int,
  received_note text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  UNIQUE (commanditaire_id, order_id, point_id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  FOREIGN KEY (aiguilleur_id, point_id) REFERENCES points (aiguilleur_id, id),
  CHECK ((number_from IS NULL) = (number_to IS NULL))
);
CREATE INDEX order_deliveries_aiguilleur ON order_deliveries (aiguilleur_id, point_id);
SELECT passnum.protect('order_deliveries', '{commanditaire_id,aiguilleur_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE, DELETE');
CREATE POLICY aiguilleur_receives ON order_deliveries FOR UPDATE TO passnum_org
  USING (aiguilleur_id = current_setting('app.organisation_id')::uuid)
  WITH CHECK (aiguilleur_id = current_setting('app.organisation_id')::uuid);

-- Funds received in the dedicated account, with the payer's mandat number.
CREATE TABLE order_funds (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  mandat_number text NOT NULL CHECK (mandat_number <> ''),
  face_cents bigint NOT NULL CHECK (face_cents >= 0),
  fees_cents bigint NOT NULL CHECK (fees_cents >= 0),
  vat_cents bigint NOT NULL CHECK (vat_cents >= 0),
  received_on date NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  recorded_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT order_funds_mandat_once UNIQUE (commanditaire_id, order_id, mandat_number),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders
);
SELECT passnum.protect('order_funds', '{commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('order_funds');
