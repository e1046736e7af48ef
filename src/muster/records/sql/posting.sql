-- Make the accounts of postings that are not there yet, and hold them all before a transfer refers to
-- them, in the order of ids, so that makers and movers of the same accounts wait in turn.  Their ids,
-- in the order in which they are named, by kind, owner, place and item.
CREATE OR REPLACE FUNCTION hold_accounts(
    kinds text[], owners uuid[], places text[], items text[]
) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    ids bigint[];
BEGIN
    INSERT INTO account (kind, owner_id, place_id, item_id, offer_line_id, request_line_id,
                         allocation_id, manifest_line_id, arrival_id, amount_in, amount_out)
    SELECT DISTINCT ON (side.owner, side.kind, side.place) side.kind, side.owner, side.place, side.item,
           CASE its.owner WHEN 'offer_line' THEN side.owner END,
           CASE its.owner WHEN 'request_line' THEN side.owner END,
           CASE its.owner WHEN 'allocation' THEN side.owner END,
           CASE its.owner WHEN 'manifest_line' THEN side.owner END,
           CASE its.owner WHEN 'arrival' THEN side.owner END, 0, 0
    FROM unnest(kinds, owners, places, items) AS side (kind, owner, place, item)
    JOIN ledger_kind AS its ON its.kind = side.kind
    -- One by one through the index: most are there already.
    WHERE (SELECT account.id FROM account
        WHERE account.owner_id = side.owner AND account.kind = side.kind
            AND account.place_id IS NOT DISTINCT FROM side.place LIMIT 1) IS NULL
    ORDER BY side.owner, side.kind, side.place
    ON CONFLICT DO NOTHING;

    SELECT array_agg(held.id ORDER BY held.number) INTO ids FROM (
        SELECT its.id, side.number
        FROM unnest(kinds, owners, places) WITH ORDINALITY AS side (kind, owner, place, number)
        JOIN account AS its ON its.owner_id = side.owner AND its.kind = side.kind
            AND its.place_id IS NOT DISTINCT FROM side.place
        ORDER BY its.id FOR NO KEY UPDATE OF its
    ) AS held;
    IF cardinality(ids) IS DISTINCT FROM cardinality(owners) THEN
        RAISE EXCEPTION 'of % accounts, % are there', cardinality(owners), cardinality(ids);
    END IF;
    RETURN ids;
END $$;

-- Post transfers between accounts that are named by kind, owner, place and item, each once; accounts
-- are made when they are first used.  It runs with the caller's rights: the caps and the permanence
-- are the tables' own.
--
-- A posting is of `amounts` from the end numbered `givers` to the end numbered `takers`, from 1, and
-- corrects the transfer in `corrects`, if it says one.
CREATE OR REPLACE FUNCTION post_transfers(
    act uuid, happened timestamptz, recorded timestamptz,
    kinds text[], owners uuid[], places text[], items text[],
    givers int[], takers int[], amounts bigint[], corrects bigint[]
) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    ids bigint[] := hold_accounts(kinds, owners, places, items);
BEGIN
    INSERT INTO transfer (act_id, position, item_id, from_account_id, to_account_id, amount,
                          happened_at, recorded_at, corrects_id)
    SELECT act,
           move.position + coalesce((SELECT max(position) FROM transfer WHERE act_id = act), 0),
           items[move.giver], ids[move.giver], ids[move.taker],
           move.amount, happened, recorded, move.corrected
    FROM unnest(givers, takers, amounts, corrects) WITH ORDINALITY
        AS move (giver, taker, amount, corrected, position);
END $$;
