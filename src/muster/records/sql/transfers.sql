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
    FROM new_transfer t
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

-- Post transfers between accounts that are named by kind, owner and place; accounts are made when
-- they are first used, sorted, so that two makers of the same accounts wait in turn.  How many were
-- written.  It runs with the caller's rights: the caps and the permanence are the tables' own.
--
-- `postings` is a list of {item, amount, from_kind, from_owner, from_of, from_place, to_kind,
-- to_owner, to_of, to_place, corrects}; `of` is the kind of record that owns the account.
CREATE OR REPLACE FUNCTION post_transfers(
    act uuid, happened timestamptz, recorded timestamptz, postings json
) RETURNS bigint
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    posted bigint;
BEGIN
    INSERT INTO account (kind, owner_id, place_id, item_id, offer_line_id, request_line_id,
                         allocation_id, manifest_line_id, arrival_id, amount_in, amount_out)
    SELECT DISTINCT ON (side.owner, side.kind, side.place)
           side.kind, side.owner, side.place, move.item,
           CASE side.of WHEN 'offer_line' THEN side.owner END,
           CASE side.of WHEN 'request_line' THEN side.owner END,
           CASE side.of WHEN 'allocation' THEN side.owner END,
           CASE side.of WHEN 'manifest_line' THEN side.owner END,
           CASE side.of WHEN 'arrival' THEN side.owner END, 0, 0
    FROM json_to_recordset(postings) AS move (
        item text, from_kind text, from_owner uuid, from_of text, from_place text,
        to_kind text, to_owner uuid, to_of text, to_place text)
    CROSS JOIN LATERAL (VALUES
        (move.from_kind, move.from_owner, move.from_of, move.from_place),
        (move.to_kind, move.to_owner, move.to_of, move.to_place)
    ) AS side (kind, owner, of, place)
    -- One by one through the index: most are there already.
    WHERE (SELECT account.id FROM account
        WHERE account.owner_id = side.owner AND account.kind = side.kind
            AND account.place_id IS NOT DISTINCT FROM side.place LIMIT 1) IS NULL
    ORDER BY side.owner, side.kind, side.place
    ON CONFLICT DO NOTHING;

    INSERT INTO transfer (act_id, position, item_id, from_account_id, to_account_id, amount,
                          happened_at, recorded_at, corrects_id)
    SELECT act, move.position + coalesce(
               (SELECT max(earlier.position) FROM transfer AS earlier WHERE earlier.act_id = act), 0),
           move.item, giver.id, taker.id, move.amount, happened, recorded, move.corrects
    FROM ROWS FROM (json_to_recordset(postings) AS (
            item text, amount bigint, from_kind text, from_owner uuid, from_place text,
            to_kind text, to_owner uuid, to_place text, corrects bigint)
        ) WITH ORDINALITY AS move (
            item, amount, from_kind, from_owner, from_place,
            to_kind, to_owner, to_place, corrects, position)
    JOIN account AS giver ON giver.owner_id = move.from_owner AND giver.kind = move.from_kind
        AND giver.place_id IS NOT DISTINCT FROM move.from_place
    JOIN account AS taker ON taker.owner_id = move.to_owner AND taker.kind = move.to_kind
        AND taker.place_id IS NOT DISTINCT FROM move.to_place;
    GET DIAGNOSTICS posted = ROW_COUNT;
    RETURN posted;
END $$;
