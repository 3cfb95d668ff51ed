-- Invoices and credit notes: written once, numbered without holes, never edited.

-- What a payer's accounting asks for, order by order: asked before issuing.
CREATE TABLE invoice_references (
  organisation_id uuid NOT NULL REFERENCES organisations,
  order_id uuid NOT NULL,
  engagement_number text NOT NULL DEFAULT '' CHECK (length(engagement_number) <= 50),
  service_code text NOT NULL DEFAULT '' CHECK (length(service_code) <= 100),
  contract_number text NOT NULL DEFAULT '' CHECK (length(contract_number) <= 50),
  set_at timestamptz NOT NULL,
  set_by_name text NOT NULL,
  PRIMARY KEY (organisation_id, order_id)
);
SELECT passnum.protect('invoice_references', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE');

-- The services of a public buyer, as its directory entry names them.
CREATE TABLE billing_services (
  organisation_id uuid NOT NULL REFERENCES organisations,
  code text NOT NULL CHECK (code ~ '^[A-Za-z0-9+_/-]{1,100}$'),
  label text NOT NULL DEFAULT '',
  PRIMARY KEY (organisation_id, code)
);
SELECT passnum.protect('billing_services', '{organisation_id}', '{}', '{organisation_id}', 'SELECT, INSERT, UPDATE, DELETE');

-- A facture (F to a payer of orders, FS to a structure) or an avoir (AV). Amounts
-- are positive in both. What a machine reads is kept with it; the paper is drawn
-- from the facts once, and kept apart.
CREATE TABLE invoices (
  buyer_id uuid NOT NULL REFERENCES organisations,
  id uuid NOT NULL,
  commanditaire_id uuid,
  order_id uuid,
  kind text NOT NULL CHECK (kind IN ('facture', 'avoir')),
  series text NOT NULL CHECK (series IN ('F', 'AV', 'FS')),
  year smallint NOT NULL,
  sequence int NOT NULL CHECK (sequence > 0),
  number text NOT NULL,
  issued_on date NOT NULL,
  issued_at timestamptz NOT NULL,
  issued_by uuid,
  issued_by_name text NOT NULL,
  due_on date NOT NULL,
  face_cents bigint NOT NULL CHECK (face_cents >= 0),
  fees_cents bigint NOT NULL CHECK (fees_cents >= 0),
  vat_cents bigint NOT NULL CHECK (vat_cents >= 0),
  total_cents bigint NOT NULL,
  cheques int NOT NULL DEFAULT 0 CHECK (cheques >= 0),
  original_id uuid,
  replaces_id uuid,
  cause_id uuid NOT NULL,
  reason text NOT NULL DEFAULT '',
  settled boolean NOT NULL DEFAULT false,
  buyer_name text NOT NULL,
  facts jsonb NOT NULL,
  xml bytea NOT NULL,
  xml_sha256 bytea NOT NULL CHECK (length(xml_sha256) = 32),
  PRIMARY KEY (buyer_id, id),
  CONSTRAINT invoices_id_once UNIQUE (id),
  CONSTRAINT invoices_sequence_once UNIQUE (series, year, sequence),
  CONSTRAINT invoices_cause_once UNIQUE (buyer_id, cause_id, kind),
  CONSTRAINT invoices_number_says CHECK (number = series || year::text || '-' || lpad(sequence::text, 6, '0')),
  CONSTRAINT invoices_year CHECK (year = extract(year FROM issued_on)),
  CONSTRAINT invoices_add_up CHECK (total_cents = face_cents + fees_cents + vat_cents AND total_cents > 0),
  CONSTRAINT invoices_due CHECK (due_on >= issued_on),
  CONSTRAINT invoices_avoir CHECK ((kind = 'avoir') = (series = 'AV') AND (kind = 'avoir') = (original_id IS NOT NULL)),
  CONSTRAINT invoices_replaces CHECK (replaces_id IS NULL OR kind = 'facture'),
  CONSTRAINT invoices_order CHECK ((commanditaire_id IS NULL) = (order_id IS NULL) AND (series <> 'F' OR order_id IS NOT NULL)),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  FOREIGN KEY (buyer_id, original_id) REFERENCES invoices,
  FOREIGN KEY (buyer_id, replaces_id) REFERENCES invoices
);
CREATE INDEX invoices_recent ON invoices (issued_on DESC, id DESC);
CREATE INDEX invoices_order_of ON invoices (commanditaire_id, order_id);
CREATE INDEX invoices_original ON invoices (buyer_id, original_id) WHERE original_id IS NOT NULL;
CREATE UNIQUE INDEX invoices_replaced_once ON invoices (replaces_id) WHERE replaces_id IS NOT NULL;
SELECT passnum.protect('invoices', '{buyer_id,commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('invoices');

-- Numbers follow one another and dates never go back, whoever inserts: the row
-- of the series' counter, taken before, makes two issuers wait for one another.
CREATE FUNCTION invoice_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last record;
BEGIN
  SELECT sequence, issued_on INTO last FROM invoices
  WHERE series = NEW.series AND year = NEW.year ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence <> coalesce(last.sequence, 0) + 1 THEN
    RAISE EXCEPTION 'invoice % does not follow %', NEW.number, coalesce(last.sequence, 0) USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_follow';
  END IF;
  IF NEW.issued_on < last.issued_on THEN
    RAISE EXCEPTION 'invoice % is dated before the one it follows', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'invoices_dates_follow';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_follows BEFORE INSERT ON invoices FOR EACH ROW EXECUTE FUNCTION invoice_follows();

-- What was billed, line by line. The key says which part of the order's price.
CREATE TABLE invoice_lines (
  buyer_id uuid NOT NULL,
  commanditaire_id uuid,
  invoice_id uuid NOT NULL,
  line smallint NOT NULL CHECK (line > 0),
  key text NOT NULL CHECK (key <> ''),
  label text NOT NULL CHECK (label <> ''),
  quantity int NOT NULL CHECK (quantity > 0),
  unit_cents bigint NOT NULL CHECK (unit_cents > 0),
  amount_cents bigint NOT NULL,
  tax text NOT NULL CHECK (tax IN ('S', 'E', 'O')),
  vat_basis_points int NOT NULL CHECK (vat_basis_points BETWEEN 0 AND 3000),
  vat_reason text NOT NULL DEFAULT '',
  PRIMARY KEY (buyer_id, invoice_id, line),
  FOREIGN KEY (buyer_id, invoice_id) REFERENCES invoices,
  CONSTRAINT invoice_lines_product CHECK (amount_cents = quantity * unit_cents),
  CONSTRAINT invoice_lines_tax CHECK ((tax = 'S') = (vat_basis_points > 0))
);
SELECT passnum.protect('invoice_lines', '{buyer_id,commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('invoice_lines');

-- The paper of an invoice, with its message inside.
CREATE TABLE invoice_papers (
  buyer_id uuid NOT NULL,
  commanditaire_id uuid,
  invoice_id uuid NOT NULL,
  pdf bytea NOT NULL,
  pdf_sha256 bytea NOT NULL CHECK (length(pdf_sha256) = 32),
  drawn_at timestamptz NOT NULL,
  PRIMARY KEY (buyer_id, invoice_id),
  FOREIGN KEY (buyer_id, invoice_id) REFERENCES invoices
);
SELECT passnum.protect('invoice_papers', '{buyer_id,commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('invoice_papers');

-- What became of an invoice after it was issued.
CREATE TABLE invoice_events (
  buyer_id uuid NOT NULL,
  commanditaire_id uuid,
  id uuid NOT NULL,
  invoice_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('prise', 'deposee', 'rejetee', 'acceptee', 'relance')),
  channel text NOT NULL DEFAULT '' CHECK (channel IN ('', 'telechargement', 'chorus', 'plateforme')),
  on_day date NOT NULL,
  reference text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  account_id uuid,
  actor_name text NOT NULL,
  PRIMARY KEY (buyer_id, id),
  FOREIGN KEY (buyer_id, invoice_id) REFERENCES invoices,
  CONSTRAINT invoice_events_deposit CHECK (kind <> 'deposee' OR reference <> ''),
  CONSTRAINT invoice_events_rejection CHECK (kind <> 'rejetee' OR note <> '')
);
CREATE INDEX invoice_events_invoice ON invoice_events (buyer_id, invoice_id, at);
SELECT passnum.protect('invoice_events', '{buyer_id,commanditaire_id}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('invoice_events');
