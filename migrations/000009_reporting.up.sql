-- Closed days, summed once, so that a dashboard does not count a million rows.
-- Days are Paris days; a closed day no longer changes.
CREATE TABLE usage_days (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  day date NOT NULL,
  insee text NOT NULL,
  entry smallint NOT NULL, -- 0: all entries together (chèques and séances counted once)
  funder_ids uuid[] NOT NULL DEFAULT '{}',
  cheques int NOT NULL,
  seances int NOT NULL,
  amount_cents bigint NOT NULL,
  first_visits int NOT NULL DEFAULT 0,
  PRIMARY KEY (commanditaire_id, order_id, day, insee, entry)
);
SELECT passnum.protect('usage_days', '{commanditaire_id}', '{funder_ids}', '{}', 'SELECT, INSERT, DELETE');

-- What anyone may read: national totals and the proof that funds cover chèques.
CREATE TABLE public_figures (
  name text PRIMARY KEY,
  value bigint NOT NULL,
  computed_at timestamptz NOT NULL
);
SELECT passnum.protect('public_figures', '{}', '{}', '{}', 'SELECT, INSERT, UPDATE, DELETE');
CREATE POLICY everyone_reads ON public_figures FOR SELECT TO passnum_public, passnum_org USING (true);
GRANT SELECT ON public_figures TO passnum_public, passnum_org;
