-- Hold what proposals rest on: offer lines, then requests, each by id, which is the house's order.
-- Others may propose at the same time; whoever would change a stage waits.  An offer that answers no
-- need yet is held alone, because the proposal will say which it answers.
CREATE OR REPLACE FUNCTION hold_for_proposals(offers uuid[], needs uuid[]) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF cardinality(offers) > 1
        OR EXISTS (SELECT FROM offer_line WHERE id = offers[1] AND answers_id IS NULL) THEN
        PERFORM FROM offer_line WHERE id = ANY (offers) ORDER BY id FOR NO KEY UPDATE;
    ELSE
        PERFORM FROM offer_line WHERE id = offers[1] FOR SHARE;
    END IF;
    PERFORM FROM assistance_request
        WHERE id IN (SELECT request_id FROM request_line WHERE id = ANY (needs))
        ORDER BY id FOR SHARE;
END $$;

-- Read what proposals rest on: one row of facts for each pair of an offer line and a request line, in
-- the order in which they are given; held, if they are to be decided on now.
CREATE OR REPLACE FUNCTION proposal_facts(
    offers uuid[], needs uuid[], seen text[], day date, held boolean
) RETURNS SETOF json
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF held THEN
        PERFORM hold_for_proposals(offers, needs);
    END IF;

    RETURN QUERY
    SELECT json_build_object(
        'sees_giving', coalesce(giving.audiences && seen, false),
        'sees_taking', coalesce(taking.audiences && seen, false),
        'operation_id', giving.operation_id,
        'its_operation_id', taking.operation_id,
        'item', giving.item_id,
        'unit', given.unit,
        'lethality', given.lethality,
        'stage', giving.stage,
        'lot', giving.lot,
        'answers', giving.answers_id IS NOT NULL,
        'caveat', giving.caveat,
        'only_for', giving.only_for,
        'not_for', giving.not_for,
        'audiences', giving.audiences,
        'donor', giving.donor_id,
        'gives_only_reviewed', donor.gives_only_reviewed,
        'asked', taking.item_id,
        'its_audiences', taking.audiences,
        'its_stage', request.stage,
        'recipient', request.recipient_id,
        'substitutes_welcome', taking.substitutes_welcome,
        'quantity_kind', coalesce(word.quantity_kind, taking.quantity_kind),
        'low', CASE WHEN word.id IS NULL THEN taking.low ELSE word.low END,
        'high', CASE WHEN word.id IS NULL THEN taking.high ELSE word.high END,
        'per', coalesce(word.per, taking.per),
        'numerator', substitute.numerator,
        'denominator', substitute.denominator
    )
    FROM unnest(offers, needs) WITH ORDINALITY AS wish (offer_line, request_line, number)
    LEFT JOIN offer_line AS giving ON giving.id = wish.offer_line
    LEFT JOIN request_line AS taking ON taking.id = wish.request_line
    LEFT JOIN item AS given ON given.code = giving.item_id
    LEFT JOIN party AS donor ON donor.code = giving.donor_id
    LEFT JOIN assistance_request AS request ON request.id = taking.request_id
    LEFT JOIN LATERAL (
        SELECT * FROM clarification WHERE line_id = taking.id ORDER BY number DESC LIMIT 1
    ) AS word ON true
    LEFT JOIN substitute
        ON substitute.item_id = taking.item_id AND substitute.substitute_id = giving.item_id
    ORDER BY wish.number;
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
-- of the table, `events` of the ids of their events, in that order.
CREATE OR REPLACE FUNCTION write_allocations(
    act uuid, happened timestamptz, recorded timestamptz, allocations json, events uuid[]
) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO allocation SELECT * FROM json_populate_recordset(NULL::allocation, allocations);

    INSERT INTO stage_event (id, subject, subject_id, event, before, after, happened_at,
                             recorded_at, note, act_id)
    SELECT told.event, 'allocation', told.made, 'propose', '', 'proposed', happened, recorded, '', act
    FROM ROWS FROM (json_to_recordset(allocations) AS (id uuid), unnest(events))
        AS told (made, event);
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
    act uuid, happened timestamptz, recorded timestamptz, allocations json, events uuid[],
    offers uuid[], needs uuid[],
    ends json, givers int[], takers int[], amounts bigint[], corrects bigint[]
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM write_allocations(act, happened, recorded, allocations, events);
    IF cardinality(offers) > 0 THEN
        PERFORM answer_needs(offers, needs);
    END IF;
    PERFORM post_transfers(act, happened, recorded, ends, givers, takers, amounts, corrects);
END $$;
