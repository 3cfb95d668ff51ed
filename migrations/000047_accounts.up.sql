-- The accounts (docs/decisions/accounts.md): what an order's money became, as of
-- a day, summed from rows that are never edited. A commanditaire reads its own
-- orders, a co-funder those it funds, the operator all of them.

-- The books are read day after day.
CREATE INDEX ledger_transactions_day ON ledger_transactions (day, at, id);

GRANT SELECT ON ledger_transactions TO passnum_redeemer; -- it reads the movements already
SELECT passnum.door('settlement_lines', 'passnum_redeemer', 'SELECT');
SELECT passnum.door('settlement_shares', 'passnum_redeemer', 'SELECT');
SELECT passnum.door('order_cofunders', 'passnum_redeemer', 'SELECT');

-- account_reads says whether the caller reads the accounts of an order. Without
-- an organisation to act for, the caller is the operator.
CREATE FUNCTION account_reads(p_commanditaire uuid, p_funders uuid[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(me = p_commanditaire OR me = ANY (p_funders), true)
  FROM (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid AS me) AS caller;
$$;

-- account_flows sums an order's movements by what caused them, before a period
-- and during it; a NULL commanditaire or order means all.
CREATE FUNCTION account_flows(p_from date, p_to date, p_commanditaire uuid, p_order uuid)
RETURNS TABLE (commanditaire_id uuid, order_id uuid, kind text, debit text, credit text, before_cents bigint, during_cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.commanditaire_id, m.order_id, t.kind, m.debit::text, m.credit::text,
    coalesce(sum(m.amount_cents) FILTER (WHERE t.day < p_from), 0)::bigint, coalesce(sum(m.amount_cents) FILTER (WHERE t.day >= p_from), 0)::bigint
  FROM orders o
  JOIN ledger_movements m ON m.commanditaire_id = o.commanditaire_id AND m.order_id = o.id
  JOIN ledger_transactions t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transaction_id
  WHERE account_reads(o.commanditaire_id, o.funder_ids) AND t.day <= p_to
    AND (p_commanditaire IS NULL OR o.commanditaire_id = p_commanditaire) AND (p_order IS NULL OR o.id = p_order)
  GROUP BY 1, 2, 3, 4, 5;
$$;

-- account_transfers sums, for each order and structure, the shares of the lines
-- that the bank has paid, less those that came back, before a period and during
-- it. A line that pays again has the shares of the first one.
CREATE FUNCTION account_transfers(p_from date, p_to date, p_commanditaire uuid, p_order uuid)
RETURNS TABLE (commanditaire_id uuid, order_id uuid, structure_id uuid, before_cents bigint,
  gross_cents bigint, adjust_cents bigint, fee_cents bigint, vat_cents bigint, net_cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH events AS (
    SELECT t.cause_id, CASE t.kind WHEN 'payout_executed' THEN 1 ELSE -1 END AS sign, min(t.day) AS day
    FROM ledger_transactions t WHERE t.kind IN ('payout_executed', 'payout_returned') GROUP BY 1, 2)
  SELECT s.commanditaire_id, s.order_id, s.structure_id,
    coalesce(sum(e.sign * s.gross_cents) FILTER (WHERE e.day < p_from), 0)::bigint,
    coalesce(sum(e.sign * s.gross_cents) FILTER (WHERE e.day >= p_from), 0)::bigint,
    coalesce(sum(e.sign * s.adjust_cents) FILTER (WHERE e.day >= p_from), 0)::bigint,
    coalesce(sum(e.sign * s.fee_cents) FILTER (WHERE e.day >= p_from), 0)::bigint,
    coalesce(sum(e.sign * s.vat_cents) FILTER (WHERE e.day >= p_from), 0)::bigint,
    coalesce(sum(e.sign * s.net_cents) FILTER (WHERE e.day >= p_from), 0)::bigint
  FROM events e
  JOIN settlement_lines l ON l.id = e.cause_id
  JOIN settlement_shares s ON s.line_id = coalesce(l.root_line_id, l.id)
  JOIN orders o ON o.commanditaire_id = s.commanditaire_id AND o.id = s.order_id
  WHERE account_reads(o.commanditaire_id, o.funder_ids) AND e.day <= p_to
    AND (p_commanditaire IS NULL OR o.commanditaire_id = p_commanditaire) AND (p_order IS NULL OR o.id = p_order)
  GROUP BY 1, 2, 3;
$$;

-- account_cofunders lists who funds the orders that the caller reads, and how much.
CREATE FUNCTION account_cofunders()
RETURNS TABLE (commanditaire_id uuid, order_id uuid, organisation_id uuid, name text, share_cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT f.commanditaire_id, f.order_id, f.organisation_id, g.name, f.share_cents
  FROM order_cofunders f
  JOIN orders o ON o.commanditaire_id = f.commanditaire_id AND o.id = f.order_id
  JOIN organisations g ON g.id = f.organisation_id
  WHERE account_reads(o.commanditaire_id, o.funder_ids)
  ORDER BY f.order_id, f.share_cents DESC, f.organisation_id;
$$;

GRANT CREATE ON SCHEMA public TO passnum_redeemer;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proname IN ('account_reads', 'account_flows', 'account_transfers', 'account_cofunders') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO passnum_redeemer', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    CONTINUE WHEN f::text LIKE 'account_reads(%';
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO passnum_org, passnum_platform', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM passnum_redeemer;
