-- Hold what proposals rest on: offer lines, then requests, each by id, which is the house's order.
-- Others may propose at the same time; whoever would change a stage waits.  An offer that answers no
-- need yet is held alone, because the proposal will say which it answers.
CREATE OR REPLACE FUNCTION hold_for_proposals(offers uuid[], needs uuid[]) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF cardinality(offers) = 1 THEN
        PERFORM FROM offer_line WHERE id = offers[1] AND answers_id IS NOT NULL FOR SHARE;
        IF NOT FOUND THEN
            PERFORM FROM offer_line WHERE id = offers[1] FOR NO KEY UPDATE;
        END IF;
        PERFORM FROM assistance_request
            WHERE id = (SELECT request_id FROM request_line WHERE id = needs[1]) FOR SHARE;
        RETURN;
    END IF;
    PERFORM FROM offer_line WHERE id = ANY (offers) ORDER BY id FOR NO KEY UPDATE;
    PERFORM FROM assistance_request
        WHERE id IN (SELECT request_id FROM request_line WHERE id = ANY (needs))
        ORDER BY id FOR SHARE;
END $$;

-- What a refusal says in words, and the packs an amount may be given in: read only when needed.
CREATE OR REPLACE FUNCTION proposal_words(offer uuid, need uuid) RETURNS json
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT json_build_object(
        'operation', operation.code,
        'its_operation', its_operation.code,
        'item_name', given.name,
        'asked_name', asked.name,
        'donor_name', donor.name,
        'recipient_name', recipient.name,
        'packs', ARRAY(SELECT name FROM pack WHERE item_id = given.code ORDER BY id),
        'holds', ARRAY(SELECT holds FROM pack WHERE item_id = given.code ORDER BY id)
    )
    FROM offer_line AS giving
    JOIN operation ON operation.id = giving.operation_id
    JOIN item AS given ON given.code = giving.item_id
    JOIN party AS donor ON donor.code = giving.donor_id
    JOIN request_line AS taking ON taking.id = need
    JOIN operation AS its_operation ON its_operation.id = taking.operation_id
    JOIN item AS asked ON asked.code = taking.item_id
    JOIN assistance_request AS request ON request.id = taking.request_id
    JOIN party AS recipient ON recipient.code = request.recipient_id
    WHERE giving.id = offer
$$;

-- Write proposed allocations and their first events, by the statement.  `allocations` is a list of rows
-- of the table, `made` of their ids and `events` of those of their events, in that order.
CREATE OR REPLACE FUNCTION write_allocations(
    act uuid, happened timestamptz, recorded timestamptz, allocations json,
    made uuid[], events uuid[]
) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO allocation SELECT * FROM json_populate_recordset(NULL::allocation, allocations);

    INSERT INTO stage_event (id, subject, subject_id, event, before, after, happened_at,
                             recorded_at, note, act_id)
    SELECT told.event, 'allocation', told.its, 'propose', '', 'proposed', happened, recorded, '', act
    FROM unnest(made, events) AS told (its, event);
END $$;

-- An offer line answers the first need that it is proposed for, unless someone has said which.
CREATE OR REPLACE FUNCTION answer_needs(offers uuid[], needs uuid[]) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    UPDATE offer_line SET answers_id = first.need
    FROM (
        SELECT DISTINCT ON (wish.offer) wish.offer, wish.need
        FROM unnest(offers, needs) WITH ORDINALITY AS wish (offer, need, number)
        ORDER BY wish.offer, wish.number
    ) AS first
    WHERE offer_line.id = first.offer AND offer_line.answers_id IS NULL;
END $$;

-- All of it in one trip, for few: the records, their events, the transfers, and the needs that those
-- offers answer which answered none so far.
-- It runs with the caller's rights, as all of these do.
CREATE OR REPLACE FUNCTION write_proposals(
    act uuid, happened timestamptz, recorded timestamptz, allocations json,
    made uuid[], events uuid[], offers uuid[], needs uuid[],
    kinds text[], owners uuid[], places text[], items text[],
    givers int[], takers int[], amounts bigint[], corrects bigint[]
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM write_allocations(act, happened, recorded, allocations, made, events);
    IF cardinality(offers) > 0 THEN
        PERFORM answer_needs(offers, needs);
    END IF;
    PERFORM post_transfers(act, happened, recorded, kinds, owners, places, items,
                           givers, takers, amounts, corrects);
END $$;
