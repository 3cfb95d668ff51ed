-- What changed since the last proof, and proof that the past did not
-- (docs/decisions/seals.md). A stamp is the number of the transaction that wrote
-- the row: everything below the oldest transaction still running is final.
ALTER TABLE ledger_transactions ADD COLUMN stamp bigint;
ALTER TABLE journal ADD COLUMN stamp bigint;
ALTER TABLE redemptions ADD COLUMN stamp bigint;
ALTER TABLE ledger_transactions ALTER COLUMN stamp SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE journal ALTER COLUMN stamp SET DEFAULT pg_current_xact_id()::text::bigint;
ALTER TABLE redemptions ALTER COLUMN stamp SET DEFAULT pg_current_xact_id()::text::bigint;
-- Rows are written in the order of their stamps, near enough for an index that
-- costs nothing to write.
CREATE INDEX ledger_transactions_stamp ON ledger_transactions USING brin (stamp) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX journal_stamp ON journal USING brin (stamp) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX redemptions_stamp ON redemptions USING brin (stamp) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX redemptions_undone ON redemptions (undone_at) WHERE undone_at IS NOT NULL;

-- Blocks of the ledger and of the journal, each sealed by a hash that contains
-- the one before it. A block holds every row stamped in [from_stamp, to_stamp).
CREATE TABLE seals (
  number bigint PRIMARY KEY CHECK (number > 0),
  from_stamp bigint NOT NULL CONSTRAINT seals_follow_on UNIQUE,
  to_stamp bigint NOT NULL,
  transactions int NOT NULL CHECK (transactions >= 0),
  movements int NOT NULL CHECK (movements >= 0),
  acts int NOT NULL CHECK (acts >= 0),
  ledger_hash bytea NOT NULL CHECK (length(ledger_hash) = 32),
  journal_hash bytea NOT NULL CHECK (length(journal_hash) = 32),
  previous bytea NOT NULL CHECK (length(previous) = 32),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  sealed_at timestamptz NOT NULL,
  CHECK (to_stamp > from_stamp)
);
SELECT passnum.protect('seals', '{}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('seals');
-- The hash of the last block is published: whoever noted it can prove later that
-- nothing before it was rewritten.
CREATE POLICY everyone_reads ON seals FOR SELECT TO passnum_public USING (true);
GRANT SELECT ON seals TO passnum_public;
-- After a restore elsewhere, whoever migrates makes stamps go on from the last one.
CREATE POLICY owner_reads ON seals FOR SELECT TO CURRENT_USER USING (true);

-- Each proof that was made: how far, what it examined, what it found.
CREATE TABLE proofs (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  complete boolean NOT NULL,
  why text NOT NULL,
  from_stamp bigint NOT NULL,
  to_stamp bigint NOT NULL,
  seal_number bigint NOT NULL,
  seal_hash bytea NOT NULL,
  edits bigint NOT NULL, -- rows of append-only tables ever updated or deleted, as PostgreSQL counts them
  ok boolean NOT NULL,
  examined bigint NOT NULL,
  results jsonb NOT NULL,
  took_ms int NOT NULL,
  account_id uuid,
  account_name text NOT NULL DEFAULT ''
);
CREATE INDEX proofs_recent ON proofs (at DESC, id DESC);
SELECT passnum.protect('proofs', '{}', '{}', '{}', 'SELECT, INSERT');
SELECT passnum.append_only('proofs');

-- What every order's accounts held at the last good proof: the next one adds
-- what moved since.
CREATE TABLE proof_balances (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  account ledger_account NOT NULL,
  debit_cents bigint NOT NULL, -- debits minus credits
  PRIMARY KEY (commanditaire_id, order_id, account)
);
SELECT passnum.protect('proof_balances', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE, DELETE');
