-- How a commanditaire shares an order's carnets out: the rule it chose, what it
-- gave each commune or point, and what became of it.
CREATE TABLE allocation_plans (
  commanditaire_id uuid NOT NULL,
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  title text NOT NULL,
  total int NOT NULL CHECK (total > 0),
  rule jsonb NOT NULL,
  shares jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  created_by_name text NOT NULL,
  updated_at timestamptz NOT NULL,
  applied_at timestamptz,
  applied_by_name text NOT NULL DEFAULT '',
  applied_to text NOT NULL DEFAULT '' CHECK (applied_to IN ('', 'livraisons', 'transferts')),
  PRIMARY KEY (commanditaire_id, id),
  FOREIGN KEY (commanditaire_id, order_id) REFERENCES orders,
  CONSTRAINT allocation_plans_applied CHECK ((applied_at IS NULL) = (applied_to = ''))
);
CREATE INDEX allocation_plans_recent ON allocation_plans (commanditaire_id, updated_at DESC, id DESC);
SELECT passnum.protect('allocation_plans', '{commanditaire_id}', '{}', '{commanditaire_id}', 'SELECT, INSERT, UPDATE');
