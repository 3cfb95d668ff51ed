-- Loss and theft. Blocking takes the unspent face value of carnets out of
-- circulation, back to the order's funds; lifting and replacing put it back.
-- The order keeps the two sides apart, so that neither can exceed the other.
ALTER TABLE orders
  ADD COLUMN opposed_cents bigint NOT NULL DEFAULT 0 CONSTRAINT orders_opposed_not_negative CHECK (opposed_cents >= 0),
  ADD COLUMN replacement_carnets int NOT NULL DEFAULT 0 CONSTRAINT orders_replacements_not_negative CHECK (replacement_carnets >= 0);
ALTER TABLE orders DROP CONSTRAINT orders_minted_within_quantity;
ALTER TABLE orders ADD CONSTRAINT orders_minted_within_quantity CHECK (minted_carnets BETWEEN 0 AND carnets + replacement_carnets);
ALTER TABLE orders DROP CONSTRAINT orders_active_is_funded;
ALTER TABLE orders ADD CONSTRAINT orders_active_is_funded CHECK (state <> 'active' OR active_cents + opposed_cents > 0);

ALTER TABLE ledger_transactions DROP CONSTRAINT ledger_transactions_kind_check;
ALTER TABLE ledger_transactions ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN (
  'funding', 'activation', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'expiry', 'incident',
  'opposition', 'opposition_lifted', 'replacement'));

-- Above ten carnets, declared by one person within a day for one order, a second
-- person confirms before anything is blocked.
CREATE TABLE oppositions (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  number text NOT NULL,
  counter_ids uuid[] NOT NULL DEFAULT '{}', -- who held the carnets, or declared
  origin text NOT NULL CHECK (origin IN ('guichet', 'commanditaire', 'operateur')),
  cause text NOT NULL CHECK (cause IN ('perte', 'vol', 'autre')),
  note text NOT NULL DEFAULT '',
  state text NOT NULL CHECK (state IN ('a_confirmer', 'en_vigueur', 'refusee', 'levee')),
  carnets int NOT NULL CHECK (carnets > 0),
  two_people boolean NOT NULL,
  declared_at timestamptz NOT NULL,
  declared_by uuid NOT NULL,
  declared_by_name text NOT NULL,
  declared_for uuid, -- NULL for the operator
  declared_for_name text NOT NULL DEFAULT '',
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text NOT NULL DEFAULT '',
  replacement_asked_at timestamptz,
  replacement_asked_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  CONSTRAINT oppositions_number_once UNIQUE (commanditaire_id, number),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  CONSTRAINT oppositions_four_eyes CHECK (decided_by <> declared_by),
  CONSTRAINT oppositions_two_above_ten CHECK (two_people OR carnets <= 10),
  CONSTRAINT oppositions_confirmed CHECK (state IN ('a_confirmer', 'refusee') OR NOT two_people OR decided_by IS NOT NULL)
);
CREATE INDEX oppositions_order ON oppositions (commanditaire_id, order_id, declared_at);
CREATE INDEX oppositions_declarer ON oppositions (declared_by, order_id, declared_at);
CREATE INDEX oppositions_recent ON oppositions (declared_at DESC, id DESC);
CREATE INDEX oppositions_counters ON oppositions USING gin (counter_ids);
SELECT passnum.protect('oppositions', '{commanditaire_id}', '{counter_ids}', '{}', 'SELECT, INSERT, UPDATE');

-- Printed codes are cash: the pages of a new carnet are taken once, and a second
-- and last time by somebody else.
CREATE TABLE replacement_prints (
  commanditaire_id uuid NOT NULL,
  opposition_id uuid NOT NULL,
  number int NOT NULL,
  turn smallint NOT NULL CHECK (turn IN (1, 2)),
  account_id uuid NOT NULL,
  account_name text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (commanditaire_id, opposition_id, number, turn),
  CONSTRAINT replacement_prints_once_each UNIQUE (commanditaire_id, opposition_id, number, account_id),
  FOREIGN KEY (commanditaire_id, opposition_id) REFERENCES oppositions
);
SELECT passnum.protect('replacement_prints', '{commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('replacement_prints');

-- What each carnet was when it was blocked: spent chèques are counted apart.
CREATE TABLE opposition_carnets (
  commanditaire_id uuid NOT NULL,
  opposition_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  counter_ids uuid[] NOT NULL DEFAULT '{}',
  number int NOT NULL,
  serial text NOT NULL,
  state_before text, -- NULL until it is blocked by this opposition
  live_cheques int NOT NULL DEFAULT 0,
  live_cents bigint NOT NULL DEFAULT 0,
  spent_cheques int NOT NULL DEFAULT 0,
  spent_cents bigint NOT NULL DEFAULT 0,
  lifted_at timestamptz,
  PRIMARY KEY (commanditaire_id, opposition_id, carnet_id),
  FOREIGN KEY (commanditaire_id, opposition_id) REFERENCES oppositions,
  FOREIGN KEY (commanditaire_id, carnet_id) REFERENCES carnets
);
CREATE UNIQUE INDEX opposition_carnets_one_live ON opposition_carnets (commanditaire_id, carnet_id) WHERE state_before IS NOT NULL AND lifted_at IS NULL;
SELECT passnum.protect('opposition_carnets', '{commanditaire_id}', '{counter_ids}', '{}', 'SELECT, INSERT, UPDATE');

-- Found again: the same two pairs of eyes above ten.
CREATE TABLE opposition_liftings (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  opposition_id uuid NOT NULL,
  order_id uuid NOT NULL,
  counter_ids uuid[] NOT NULL DEFAULT '{}',
  carnet_ids uuid[] NOT NULL CHECK (cardinality(carnet_ids) > 0),
  reason text NOT NULL CHECK (reason <> ''),
  state text NOT NULL CHECK (state IN ('a_confirmer', 'faite', 'refusee')),
  two_people boolean NOT NULL,
  asked_at timestamptz NOT NULL,
  asked_by uuid NOT NULL,
  asked_by_name text NOT NULL,
  asked_for uuid,
  decided_at timestamptz,
  decided_by uuid,
  decided_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, opposition_id) REFERENCES oppositions,
  CONSTRAINT opposition_liftings_four_eyes CHECK (decided_by <> asked_by),
  CONSTRAINT opposition_liftings_two_above_ten CHECK (two_people OR cardinality(carnet_ids) <= 10),
  CONSTRAINT opposition_liftings_confirmed CHECK (state <> 'faite' OR NOT two_people OR decided_by IS NOT NULL)
);
CREATE INDEX opposition_liftings_opposition ON opposition_liftings (commanditaire_id, opposition_id, asked_at);
CREATE INDEX opposition_liftings_asker ON opposition_liftings (asked_by, order_id, asked_at);
SELECT passnum.protect('opposition_liftings', '{commanditaire_id}', '{counter_ids}', '{}', 'SELECT, INSERT, UPDATE');

-- A new carnet in the place of a blocked one, whole and of the order's format,
-- paid with the value that the order's oppositions released.
CREATE TABLE carnet_replacements (
  commanditaire_id uuid NOT NULL,
  old_id uuid NOT NULL,
  new_id uuid NOT NULL,
  order_id uuid NOT NULL,
  opposition_id uuid NOT NULL,
  counter_ids uuid[] NOT NULL DEFAULT '{}',
  old_serial text NOT NULL,
  new_serial text NOT NULL,
  new_number int NOT NULL,
  cheques smallint NOT NULL CHECK (cheques > 0),
  face_cents bigint NOT NULL CHECK (face_cents > 0),
  at timestamptz NOT NULL,
  account_id uuid,
  PRIMARY KEY (commanditaire_id, old_id),
  CONSTRAINT carnet_replacements_new_once UNIQUE (commanditaire_id, new_id),
  FOREIGN KEY (commanditaire_id, old_id) REFERENCES carnets,
  FOREIGN KEY (commanditaire_id, new_id) REFERENCES carnets,
  FOREIGN KEY (commanditaire_id, opposition_id) REFERENCES oppositions
);
CREATE INDEX carnet_replacements_opposition ON carnet_replacements (commanditaire_id, opposition_id, new_number);
SELECT passnum.protect('carnet_replacements', '{commanditaire_id}', '{counter_ids}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('carnet_replacements');
