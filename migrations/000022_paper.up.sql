-- What was approved is what is printed: the facts shown on the proof, and the
-- fingerprint of those the commanditaire approved.
ALTER TABLE orders
  ADD COLUMN proof_design jsonb,
  ADD COLUMN design_hash bytea,
  -- Who prints: a print shop, or the commanditaire on its own A4 sheets.
  ADD COLUMN print_mode text NOT NULL DEFAULT 'imprimeur' CHECK (print_mode IN ('imprimeur', 'bureau'));
GRANT UPDATE (print_mode, design_hash) ON orders TO passnum_org;
GRANT INSERT (print_mode) ON orders TO passnum_org;

-- A printed code is cash: a range of carnets leaves on A4 sheets once, and a
-- second time only on the word of two people.
CREATE TABLE desk_prints (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  again boolean NOT NULL DEFAULT false,
  number_from int NOT NULL CHECK (number_from >= 1),
  number_to int NOT NULL,
  reason text NOT NULL DEFAULT '',
  asked_at timestamptz NOT NULL,
  asked_by uuid NOT NULL,
  asked_by_name text NOT NULL DEFAULT '',
  agreed_at timestamptz,
  agreed_by uuid,
  agreed_by_name text NOT NULL DEFAULT '',
  refused_at timestamptz,
  printed_at timestamptz,
  printed_by uuid,
  printed_by_name text NOT NULL DEFAULT '',
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  CONSTRAINT desk_prints_range CHECK (number_to BETWEEN number_from AND number_from + 99),
  CONSTRAINT desk_prints_agreed_whole CHECK ((agreed_at IS NULL) = (agreed_by IS NULL)),
  CONSTRAINT desk_prints_two_people CHECK (agreed_by <> asked_by),
  CONSTRAINT desk_prints_again_agreed CHECK (NOT again OR printed_at IS NULL OR (agreed_at IS NOT NULL AND refused_at IS NULL)),
  CONSTRAINT desk_prints_again_said_why CHECK (NOT again OR reason <> '')
);
CREATE INDEX desk_prints_order ON desk_prints (commanditaire_id, order_id, asked_at);
SELECT passnum.protect('desk_prints', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE');
-- What was asked, and for which carnets, is not rewritten afterwards.
REVOKE UPDATE ON desk_prints FROM passnum_org;
GRANT UPDATE (agreed_at, agreed_by, agreed_by_name, refused_at, printed_at, printed_by, printed_by_name) ON desk_prints TO passnum_org;
