-- A transfer adds to the totals of its two accounts, in the same statement.  The caps are checks on
-- those totals, so that whatever runs at once, the second to come finds what the first has left.
CREATE OR REPLACE FUNCTION transfer_adds_to_totals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    is_unlisted boolean;
    is_astray boolean;
BEGIN
    -- Only along the moves that core/accounts.py lists.  Units stay with their record, or pass along
    -- its own chain: from an offer line to an allocation of it, and from an allocation to a line of
    -- a manifest that packs it; and back.
    SELECT bool_or(m.id IS NULL), bool_or(giver.owner_id <> taker.owner_id AND CASE
            WHEN a.id IS NOT NULL AND l.id IS NOT NULL THEN l.allocation_id <> a.id
            WHEN a.id IS NOT NULL THEN
                a.offer_line_id IS DISTINCT FROM coalesce(giver.offer_line_id, taker.offer_line_id)
            ELSE giver.arrival_id IS NULL OR taker.offer_line_id IS NULL
        END)
    INTO is_unlisted, is_astray
    FROM (SELECT DISTINCT from_account_id, to_account_id FROM new_transfer) t
    JOIN account giver ON giver.id = t.from_account_id
    JOIN account taker ON taker.id = t.to_account_id
    LEFT JOIN ledger_move m ON m.before = giver.kind AND m.after = taker.kind
    LEFT JOIN allocation a ON a.id = coalesce(giver.allocation_id, taker.allocation_id)
    LEFT JOIN manifest_line l ON l.id = coalesce(giver.manifest_line_id, taker.manifest_line_id);
    IF is_unlisted THEN
        RAISE EXCEPTION 'units do not move that way'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_along_a_permitted_move';
    END IF;
    IF is_astray THEN
        RAISE EXCEPTION 'units do not pass between these records'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_within_one_chain';
    END IF;

    -- Lock in the order of ids, so that crossing transfers wait and do not deadlock.
    PERFORM FROM account WHERE id IN (
        SELECT from_account_id FROM new_transfer UNION SELECT to_account_id FROM new_transfer
    ) ORDER BY id FOR NO KEY UPDATE;

    UPDATE account SET
        amount_in = account.amount_in + change.came,
        amount_out = account.amount_out + change.went
    FROM (
        SELECT account_id, sum(came)::bigint AS came, sum(went)::bigint AS went
        FROM (
            SELECT to_account_id AS account_id, amount AS came, 0 AS went FROM new_transfer
            UNION ALL
            SELECT from_account_id, 0, amount FROM new_transfer
        ) AS side
        GROUP BY account_id
    ) AS change
    WHERE account.id = change.account_id;
    RETURN NULL;
END $$;
