-- Bank statements of the dedicated account, their lines, and what each line was
-- matched with (docs/decisions/bank-statements.md).

-- A statement (camt.053) or a notice of entries (camt.054). A statement says how
-- much the account held before and after: its own lines have to explain it.
CREATE TABLE bank_statements (
  id uuid PRIMARY KEY,
  iban text NOT NULL CHECK (iban <> ''),
  kind text NOT NULL CHECK (kind IN ('releve', 'avis')),
  reference text NOT NULL CHECK (reference <> ''),
  sequence bigint,
  message_id text NOT NULL DEFAULT '',
  opened_on date,
  opening_cents bigint,
  closed_on date,
  closing_cents bigint,
  credit_cents bigint NOT NULL CHECK (credit_cents >= 0),
  debit_cents bigint NOT NULL CHECK (debit_cents >= 0),
  lines int NOT NULL CHECK (lines >= 0),
  content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
  file_name text NOT NULL DEFAULT '',
  imported_at timestamptz NOT NULL,
  imported_by uuid,
  imported_by_name text NOT NULL DEFAULT '',
  CONSTRAINT bank_statements_once UNIQUE (iban, kind, reference),
  CONSTRAINT bank_statements_balances CHECK ((kind = 'releve') = (closed_on IS NOT NULL)
    AND (kind = 'releve') = (opening_cents IS NOT NULL) AND (kind = 'releve') = (closing_cents IS NOT NULL)),
  CONSTRAINT bank_statements_add_up CHECK (kind = 'avis' OR opening_cents + credit_cents - debit_cents = closing_cents)
);
CREATE INDEX bank_statements_last ON bank_statements (closed_on DESC, sequence DESC, imported_at DESC) WHERE kind = 'releve';
SELECT passnum.protect('bank_statements', '{}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('bank_statements');

-- One movement of the account, whichever file told it first. What the bank said
-- of it never changes; only a notice may add its details.
CREATE TABLE bank_lines (
  id uuid PRIMARY KEY,
  iban text NOT NULL,
  line_key text NOT NULL,
  statement_id uuid REFERENCES bank_statements,
  notice_id uuid REFERENCES bank_statements,
  rank int NOT NULL,
  is_credit boolean NOT NULL,
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  booked_on date NOT NULL,
  valued_on date,
  bank_reference text NOT NULL DEFAULT '',
  bank_code text NOT NULL DEFAULT '',
  is_reversal boolean NOT NULL DEFAULT false,
  party text NOT NULL DEFAULT '',
  remittance text NOT NULL DEFAULT '',
  details jsonb NOT NULL DEFAULT '[]',
  matched_cents bigint NOT NULL DEFAULT 0,
  waiting text NOT NULL DEFAULT '', -- why it was not matched at once
  CONSTRAINT bank_lines_once UNIQUE (iban, line_key),
  CONSTRAINT bank_lines_told CHECK (statement_id IS NOT NULL OR notice_id IS NOT NULL),
  CONSTRAINT bank_lines_matched_within CHECK (matched_cents BETWEEN 0 AND amount_cents),
  CONSTRAINT bank_lines_matched_when_booked CHECK (matched_cents = 0 OR statement_id IS NOT NULL)
);
CREATE INDEX bank_lines_open ON bank_lines (booked_on, id) WHERE matched_cents < amount_cents;
CREATE INDEX bank_lines_statement ON bank_lines (statement_id, rank);
CREATE INDEX bank_lines_notice ON bank_lines (notice_id) WHERE notice_id IS NOT NULL;
CREATE INDEX bank_lines_recent ON bank_lines (booked_on DESC, id DESC);
SELECT passnum.protect('bank_lines', '{}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (statement_id, notice_id, rank, details, party, remittance, matched_cents, waiting) ON bank_lines TO passnum_platform;

-- What a line, or a part of it, was recognised as: by a rule or by a person,
-- never by nobody. What moved money is not undone, but corrected.
CREATE TABLE bank_matches (
  id uuid PRIMARY KEY,
  line_id uuid NOT NULL REFERENCES bank_lines,
  detail smallint NOT NULL DEFAULT 0, -- which of the line's details; 0 for the line itself
  kind text NOT NULL CHECK (kind IN ('recu', 'versement', 'paiement', 'retour', 'remboursement', 'frais', 'ecart')),
  target text NOT NULL CHECK (target <> ''),
  claims text[] NOT NULL DEFAULT '{}',
  label text NOT NULL CHECK (label <> ''),
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  commanditaire_id uuid,
  order_id uuid,
  rule text NOT NULL DEFAULT '',
  matched_at timestamptz NOT NULL,
  matched_by uuid,
  matched_by_name text NOT NULL DEFAULT '',
  moved boolean NOT NULL,
  undone_at timestamptz,
  undone_by uuid,
  undone_by_name text NOT NULL DEFAULT '',
  CONSTRAINT bank_matches_by CHECK ((rule <> '') = (matched_by IS NULL)),
  CONSTRAINT bank_matches_undone CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
  CONSTRAINT bank_matches_money_stays CHECK (NOT moved OR undone_at IS NULL)
);
CREATE INDEX bank_matches_line ON bank_matches (line_id);
CREATE INDEX bank_matches_target ON bank_matches (kind, target) WHERE undone_at IS NULL;
SELECT passnum.protect('bank_matches', '{}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (undone_at, undone_by, undone_by_name) ON bank_matches TO passnum_platform;

-- What may be matched, and how much of it was: nothing is recognised twice.
CREATE TABLE bank_targets (
  kind text NOT NULL,
  target text NOT NULL,
  amount_cents bigint NOT NULL CHECK (amount_cents > 0),
  matched_cents bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, target),
  CONSTRAINT bank_targets_within CHECK (matched_cents BETWEEN 0 AND amount_cents)
);
SELECT passnum.protect('bank_targets', '{}', '{}', '{}', 'SELECT, INSERT');
GRANT UPDATE (matched_cents) ON bank_targets TO passnum_platform;

-- The operator takes its fees out of the dedicated account, and nothing else:
-- never more than the fees and VAT that an order left there.
CREATE FUNCTION passnum.sweep_within_fees() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held bigint;
BEGIN
  PERFORM FROM orders WHERE commanditaire_id = NEW.commanditaire_id AND id = NEW.order_id FOR NO KEY UPDATE;
  SELECT coalesce(sum(CASE WHEN credit IN ('fees', 'vat', 'operator_bank') THEN amount_cents ELSE 0 END)
    - sum(CASE WHEN debit IN ('fees', 'vat', 'operator_bank') THEN amount_cents ELSE 0 END), 0) INTO held
    FROM ledger_movements WHERE commanditaire_id = NEW.commanditaire_id AND order_id = NEW.order_id;
  IF held < 0 THEN
    RAISE EXCEPTION 'more fees swept than held' USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sweep_within_fees';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sweep_within_fees AFTER INSERT ON ledger_movements
  FOR EACH ROW WHEN (NEW.debit = 'operator_bank') EXECUTE FUNCTION passnum.sweep_within_fees();

-- What anybody may know of every order that public money was paid for: its
-- number, who ordered it, and where the money is.
CREATE FUNCTION cover_orders(p_number text)
RETURNS TABLE (number text, commanditaire text, attested_cents bigint, seen_cents bigint, funds_cents bigint, circulation_cents bigint,
  payable_cents bigint, in_transit_cents bigint, paid_cents bigint, expired_cents bigint, credit_cents bigint, returned_cents bigint,
  fees_cents bigint, unseen_cents bigint, unseen_fees_cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH asked AS MATERIALIZED (
    SELECT o.commanditaire_id, o.id, o.number, g.name FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
    WHERE o.number <> '' AND (p_number = '' OR o.number = p_number)
  ), moved AS MATERIALIZED (
    SELECT m.commanditaire_id, m.order_id, m.debit, m.credit, sum(m.amount_cents) AS cents
    FROM ledger_movements m
    WHERE p_number = '' OR (m.commanditaire_id, m.order_id) IN (SELECT commanditaire_id, id FROM asked)
    GROUP BY 1, 2, 3, 4
  ), entries AS (
    SELECT commanditaire_id, order_id, debit AS account, credit AS other, cents FROM moved
    UNION ALL SELECT commanditaire_id, order_id, credit, debit, -cents FROM moved
  ), sums AS (
    SELECT commanditaire_id, order_id,
      coalesce(-sum(cents) FILTER (WHERE account = 'funds' AND other = 'bank'), 0) AS attested,
      coalesce(-sum(cents) FILTER (WHERE account = 'funds'), 0) AS funds,
      coalesce(-sum(cents) FILTER (WHERE account = 'circulation'), 0) AS circulation,
      coalesce(-sum(cents) FILTER (WHERE account = 'payable'), 0) AS payable,
      coalesce(-sum(cents) FILTER (WHERE account = 'in_transit'), 0) AS in_transit,
      coalesce(-sum(cents) FILTER (WHERE account = 'bank' AND other IN ('in_transit', 'payable')), 0) AS paid,
      coalesce(-sum(cents) FILTER (WHERE account = 'expired'), 0) AS expired,
      coalesce(-sum(cents) FILTER (WHERE account = 'credit'), 0) AS credit,
      coalesce(-sum(cents) FILTER (WHERE account = 'bank' AND other = 'credit'), 0) AS returned,
      coalesce(-sum(cents) FILTER (WHERE account IN ('fees', 'vat', 'operator_bank')), 0) AS fees
    FROM entries GROUP BY 1, 2
  ), receipts AS (
    SELECT f.commanditaire_id, f.order_id, sum(least(f.face_cents, p.cents)) AS seen,
      sum(f.face_cents - least(f.face_cents, p.cents)) AS unseen,
      sum(f.fees_cents + f.vat_cents - greatest(0, p.cents - f.face_cents)) AS unseen_fees
    FROM order_funds f
    CROSS JOIN LATERAL (SELECT coalesce(sum(x.amount_cents), 0) AS cents FROM bank_matches x
      WHERE x.kind IN ('recu', 'versement') AND x.target = f.id::text AND x.undone_at IS NULL) AS p
    -- What an avoir brought from another order never crosses the bank.
    WHERE NOT EXISTS (SELECT 1 FROM ledger_transactions c WHERE c.commanditaire_id = f.commanditaire_id AND c.kind = 'carried_in' AND c.cause_id = f.id)
    GROUP BY 1, 2
  )
  SELECT a.number, a.name, s.attested::bigint, coalesce(r.seen, 0)::bigint, s.funds::bigint, s.circulation::bigint, s.payable::bigint, s.in_transit::bigint,
    s.paid::bigint, s.expired::bigint, s.credit::bigint, s.returned::bigint, s.fees::bigint, coalesce(r.unseen, 0)::bigint, coalesce(r.unseen_fees, 0)::bigint
  FROM asked a
  JOIN sums s ON s.commanditaire_id = a.commanditaire_id AND s.order_id = a.id
  LEFT JOIN receipts r ON r.commanditaire_id = a.commanditaire_id AND r.order_id = a.id
  ORDER BY a.number
$$;

-- What anybody may know of the dedicated account: what its last statement ends
-- on, when, and how much of it is not recognised yet.
CREATE FUNCTION cover_bank()
RETURNS TABLE (closed_on date, closing_cents bigint, imported_at timestamptz, open_credit_cents bigint, open_debit_cents bigint, open_lines bigint, aside_cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH last AS (
    SELECT DISTINCT ON (iban) closed_on, closing_cents, imported_at FROM bank_statements WHERE kind = 'releve'
    ORDER BY iban, closed_on DESC, sequence DESC NULLS LAST, imported_at DESC
  ), open AS (
    SELECT sum(amount_cents - matched_cents) FILTER (WHERE is_credit) AS credit, sum(amount_cents - matched_cents) FILTER (WHERE NOT is_credit) AS debit, count(*) AS n
    FROM bank_lines WHERE matched_cents < amount_cents AND statement_id IS NOT NULL
  ), aside AS (
    SELECT sum(CASE WHEN l.is_credit THEN m.amount_cents ELSE -m.amount_cents END) AS cents
    FROM bank_matches m JOIN bank_lines l ON l.id = m.line_id
    -- Money of others that is not ours to count; the operator's own may cover.
    WHERE m.kind = 'ecart' AND m.undone_at IS NULL AND CASE WHEN l.is_credit THEN m.target <> 'apport' ELSE m.target = 'renvoye' END
  )
  SELECT max(last.closed_on), sum(last.closing_cents)::bigint, max(last.imported_at),
    coalesce(max(open.credit), 0)::bigint, coalesce(max(open.debit), 0)::bigint, max(open.n), coalesce(max(aside.cents), 0)::bigint
  FROM last, open, aside HAVING count(*) > 0
$$;

GRANT SELECT ON order_funds, ledger_transactions, ledger_movements, bank_statements, bank_lines, bank_matches TO passnum_redeemer;
CREATE POLICY cover_reads ON order_funds FOR SELECT TO passnum_redeemer USING (true);
CREATE POLICY cover_reads ON bank_statements FOR SELECT TO passnum_redeemer USING (true);
CREATE POLICY cover_reads ON bank_lines FOR SELECT TO passnum_redeemer USING (true);
CREATE POLICY cover_reads ON bank_matches FOR SELECT TO passnum_redeemer USING (true);
GRANT CREATE ON SCHEMA public TO passnum_redeemer;
ALTER FUNCTION cover_orders(text) OWNER TO passnum_redeemer;
ALTER FUNCTION cover_bank() OWNER TO passnum_redeemer;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
REVOKE ALL ON FUNCTION cover_orders(text), cover_bank() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cover_orders(text), cover_bank() TO passnum_public, passnum_org, passnum_platform;
