-- Summaries that let a dashboard answer at once whatever the number of chèques.
-- They are derived: reporting can rebuild each of them from redemptions.

-- Séances that answered « première venue ? », so that a share has a denominator.
ALTER TABLE usage_days ADD COLUMN answers int NOT NULL DEFAULT 0;

-- Closed days added up by month: what charts and tables read.
CREATE TABLE usage_months (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  month date NOT NULL,
  insee text NOT NULL,
  entry smallint NOT NULL, -- 0: all entries together
  funder_ids uuid[] NOT NULL DEFAULT '{}',
  cheques int NOT NULL,
  seances int NOT NULL,
  amount_cents bigint NOT NULL,
  first_visits int NOT NULL,
  answers int NOT NULL,
  PRIMARY KEY (commanditaire_id, order_id, month, insee, entry)
);
SELECT passnum.protect('usage_months', '{commanditaire_id}', '{funder_ids}', '{}', 'SELECT, INSERT, DELETE');

-- Carnets of which a chèque was used on a closed day: the first such day, and
-- how many days after the hand-over.
CREATE TABLE usage_carnets (
  commanditaire_id uuid NOT NULL,
  carnet_id uuid NOT NULL,
  order_id uuid NOT NULL,
  first_day date NOT NULL,
  days int,
  PRIMARY KEY (commanditaire_id, carnet_id)
);
CREATE INDEX usage_carnets_order ON usage_carnets (commanditaire_id, order_id);
SELECT passnum.protect('usage_carnets', '{commanditaire_id}', '{}', '{}', 'SELECT, INSERT, UPDATE, DELETE');

-- One line per order: until which day its usage is closed, and the figures that
-- only a pass over its carnets can give.
CREATE TABLE usage_orders (
  commanditaire_id uuid NOT NULL,
  order_id uuid NOT NULL,
  funder_ids uuid[] NOT NULL DEFAULT '{}',
  through date NOT NULL,
  started int NOT NULL DEFAULT 0,
  median_days int,
  expired_cheques int NOT NULL DEFAULT 0,
  blocked_cheques int NOT NULL DEFAULT 0,
  computed_at timestamptz NOT NULL,
  PRIMARY KEY (commanditaire_id, order_id)
);
SELECT passnum.protect('usage_orders', '{commanditaire_id}', '{funder_ids}', '{}', 'SELECT, INSERT, UPDATE, DELETE');

-- Counts of carnets by state and point, read from the index alone: it carries
-- the columns that the policies look at.
CREATE INDEX carnets_order_figures ON carnets (commanditaire_id, order_id, state, point_id)
  INCLUDE (aiguilleur_id, funder_ids, handed_over_at, accepted_until);
