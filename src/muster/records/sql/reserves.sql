-- What a nation says of its reserve is added to, never changed; it is numbered in order of arrival.
CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON reserve
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON reserve
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE reserve ALTER COLUMN number DROP DEFAULT;
ALTER TABLE reserve ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
GRANT SELECT, INSERT ON reserve TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;

-- Wait for whoever is offering or promising of the same reserve, until the transaction is over.
CREATE FUNCTION hold_reserve(its_party text, its_item text) RETURNS void
LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('reserve ' || its_party || ' ' || its_item, 0))
$$;

-- The stock behind each reserve that holds on a day: one row for each pair of a nation and an item
-- that has one.  Only what came from the nation's own stock counts, and no exercise.
CREATE FUNCTION reserve_stock(parties text[], items text[], day date)
RETURNS TABLE (party text, item text, since date, holds bigint, floor bigint,
               counted_at timestamptz, promised bigint, on_offer bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    RETURN QUERY
    SELECT word.party_id, word.item_id, word.since, word.holds, word.floor, word.counted_at,
           coalesce(stock.promised, 0)::bigint, coalesce(stock.on_offer, 0)::bigint
    FROM (SELECT DISTINCT asked.party, asked.item FROM unnest(parties, items) AS asked (party, item))
        AS pair
    JOIN LATERAL (
        SELECT * FROM reserve AS said
        WHERE said.party_id = pair.party AND said.item_id = pair.item
            AND (day IS NULL OR said.since <= day)
        ORDER BY said.since DESC, said.number DESC LIMIT 1
    ) AS word ON true
    LEFT JOIN LATERAL (
        SELECT sum(its.on_offer) AS on_offer, sum(its.promised) AS promised
        FROM offer_line AS line
        JOIN operation ON operation.id = line.operation_id AND operation.kind <> 'exercise'
        JOIN account AS origin ON origin.owner_id = line.id
            AND origin.kind = 'supply_source' AND origin.amount_out > 0
        CROSS JOIN LATERAL (
            SELECT
                coalesce((
                    SELECT sum(free.amount_in - free.amount_out) FROM account AS free
                    WHERE free.owner_id = line.id AND free.kind = 'available'
                        AND line.stage NOT IN ('withdrawn', 'declined', 'expired')
                ), 0) AS on_offer,
                coalesce((
                    SELECT sum(kept.amount_in - kept.amount_out)
                    FROM allocation JOIN account AS kept ON kept.owner_id = allocation.id
                        AND kept.kind IN ('reserved', 'allocated')
                    WHERE allocation.offer_line_id = line.id
                ), 0) + coalesce((
                    SELECT sum(packed.amount_in - packed.amount_out) + sum(coalesce(gone.amount, 0))
                    FROM allocation
                    JOIN manifest_line ON manifest_line.allocation_id = allocation.id
                    JOIN account AS packed ON packed.owner_id = manifest_line.id
                        AND packed.kind = 'packed'
                    LEFT JOIN LATERAL (
                        SELECT sum(transfer.amount) AS amount FROM transfer
                        JOIN account AS taker ON taker.id = transfer.to_account_id
                            AND taker.kind = 'in_transit'
                        WHERE transfer.from_account_id = packed.id
                            AND transfer.happened_at > word.counted_at
                    ) AS gone ON true
                    WHERE allocation.offer_line_id = line.id
                ), 0) AS promised
        ) AS its
        WHERE line.donor_id = pair.party AND line.item_id = pair.item
    ) AS stock ON true;
END $$;

-- What is offered, and what is promised of it, leaves the floor where it is.  Those who draw on one
-- reserve at once wait in turn, and the second finds what the first has left.  Where no nation keeps
-- a reserve of what moves, this is one look at an index.
CREATE FUNCTION transfer_keeps_the_reserve() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    parties text[];
    items text[];
    offering boolean[];
BEGIN
    IF NOT EXISTS (
        SELECT FROM reserve WHERE item_id IN (SELECT DISTINCT item_id FROM new_transfer)
    ) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(drawn.donor_id), array_agg(drawn.item_id), array_agg(drawn.is_offer)
    INTO parties, items, offering
    FROM (
        SELECT line.donor_id, line.item_id, bool_or(taker.kind = 'available') AS is_offer
        FROM new_transfer AS moved
        JOIN account AS giver ON giver.id = moved.from_account_id
            AND giver.kind IN ('supply_source', 'not_taken', 'available')
        JOIN account AS taker ON taker.id = moved.to_account_id
            AND taker.kind IN ('available', 'reserved')
        JOIN offer_line AS line ON line.id = giver.offer_line_id
        JOIN operation ON operation.id = line.operation_id AND operation.kind <> 'exercise'
        WHERE EXISTS (
            SELECT FROM account AS origin WHERE origin.owner_id = line.id
                AND origin.kind = 'supply_source' AND origin.amount_out > 0
        ) AND EXISTS (
            SELECT FROM reserve WHERE party_id = line.donor_id AND item_id = line.item_id
        )
        GROUP BY line.donor_id, line.item_id
        ORDER BY line.donor_id, line.item_id
    ) AS drawn;
    IF parties IS NULL THEN
        RETURN NULL;
    END IF;
    FOR place IN 1 .. cardinality(parties) LOOP
        PERFORM hold_reserve(parties[place], items[place]);
    END LOOP;
    IF EXISTS (
        SELECT FROM reserve_stock(parties, items, NULL) AS stock
        JOIN unnest(parties, items, offering) AS drawn (party, item, is_offer)
            ON drawn.party = stock.party AND drawn.item = stock.item
        WHERE stock.promised + CASE WHEN drawn.is_offer THEN stock.on_offer ELSE 0 END
            > stock.holds - stock.floor
    ) THEN
        -- No figure and no name: whoever reads this may not know them.
        RAISE EXCEPTION 'a part of this is held back as a national reserve'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_keeps_the_reserve';
    END IF;
    RETURN NULL;
END $$;
-- After the totals are added, which comes first by its name.
CREATE TRIGGER transfer_keeps_the_reserve AFTER INSERT ON transfer
    REFERENCING NEW TABLE AS new_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_keeps_the_reserve();

-- The functions of the owner's rights are for the application's role alone.
REVOKE EXECUTE ON FUNCTION reserve_stock FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reserve_stock TO muster_app;
