-- Hold the accounts of postings before a transfer refers to them, in the order of ids.  A reference
-- alone would hold them weakly, together with others, who then wait for each other's turn.
CREATE FUNCTION hold_accounts(postings json) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    PERFORM FROM account WHERE id IN (
        SELECT its.id
        FROM json_to_recordset(postings) AS move (
            from_kind text, from_owner uuid, from_place text,
            to_kind text, to_owner uuid, to_place text)
        CROSS JOIN LATERAL (VALUES
            (move.from_kind, move.from_owner, move.from_place),
            (move.to_kind, move.to_owner, move.to_place)
        ) AS end_of (kind, owner, place)
        JOIN account AS its ON its.owner_id = end_of.owner AND its.kind = end_of.kind
            AND its.place_id IS NOT DISTINCT FROM end_of.place
    ) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- Post transfers between accounts that are named by kind, owner and place; accounts are made when
-- they are first used, sorted, so that two makers of the same accounts wait in turn.  How many were
-- written.  It runs with the caller's rights: the caps and the permanence are the tables' own.
--
-- `postings` is a list of {item, amount, from_kind, from_owner, from_of, from_place, to_kind,
-- to_owner, to_of, to_place, corrects}; `of` is the kind of record that owns the account.
CREATE FUNCTION post_transfers(
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
    SELECT side.kind, side.owner, side.place, side.item,
           CASE side.of WHEN 'offer_line' THEN side.owner END,
           CASE side.of WHEN 'request_line' THEN side.owner END,
           CASE side.of WHEN 'allocation' THEN side.owner END,
           CASE side.of WHEN 'manifest_line' THEN side.owner END,
           CASE side.of WHEN 'arrival' THEN side.owner END, 0, 0
    FROM (
        SELECT DISTINCT ON (end_of.owner, end_of.kind, end_of.place) end_of.*, move.item
        FROM json_to_recordset(postings) AS move (
            item text, from_kind text, from_owner uuid, from_of text, from_place text,
            to_kind text, to_owner uuid, to_of text, to_place text)
        CROSS JOIN LATERAL (VALUES
            (move.from_kind, move.from_owner, move.from_of, move.from_place),
            (move.to_kind, move.to_owner, move.to_of, move.to_place)
        ) AS end_of (kind, owner, of, place)
        ORDER BY end_of.owner, end_of.kind, end_of.place
        OFFSET 0
    ) AS side
    -- One by one through the index: most are there already.
    WHERE (SELECT account.id FROM account
        WHERE account.owner_id = side.owner AND account.kind = side.kind
            AND account.place_id IS NOT DISTINCT FROM side.place LIMIT 1) IS NULL
    ON CONFLICT DO NOTHING;

    PERFORM hold_accounts(postings);

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
