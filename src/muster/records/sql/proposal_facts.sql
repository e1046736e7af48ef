-- What a proposal rests on, by the names that queries/proposing.py gives them; a need stands as it was
-- clarified last.  It is written into the statements that use it.
CREATE OR REPLACE FUNCTION proposal_facts(
    giving offer_line, given item, donor party,
    taking request_line, request assistance_request, word clarification, substitute substitute,
    seen text[]
) RETURNS json
LANGUAGE sql STABLE AS $$
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
$$;

-- Read what proposals rest on: one row for each pair of an offer line and a request line, in the order
-- in which they are given, and in the first row what the rules may ask of them all.  They are held
-- before anything is read, if they are to be decided on now: whoever waited for another's change
-- finds what that has made of them, and the book as it is by then.
CREATE OR REPLACE FUNCTION proposals_rest_on(
    offers uuid[], needs uuid[], seen text[], day date, held boolean
) RETURNS TABLE (facts json, sides json)
LANGUAGE plpgsql
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF held THEN
        PERFORM hold_for_proposals(offers, needs);
    END IF;
    IF cardinality(offers) = 1 THEN
        RETURN QUERY
        SELECT
            proposal_facts(giving, given, donor, taking, request, word, substitute, seen),
            CASE
                WHEN giving.id IS NULL OR taking.id IS NULL THEN NULL
                WHEN book.number IS NULL THEN
                    json_build_object('book', json_build_object('number', 0, 'act', NULL))
                ELSE json_build_object(
                    'book', json_build_object('number', book.number, 'act', book.act_id),
                    'operation', json_build_object(campaign.id, rule_operation(campaign)),
                    'item', json_build_object(given.code, rule_item(given)),
                    'request', json_build_object(taking.id, rule_request(taking, its.territory)),
                    'offer', json_build_object(giving.id, rule_offer(giving)),
                    'donor', json_build_object(
                        concat(campaign.id, ' ', donor.code),
                        rule_donor(donor, as_donor.kind, campaign.body_id)),
                    'recipient', json_build_object(
                        concat(request.operation_id, ' ', recipient.code),
                        rule_recipient(recipient, as_recipient.kind)))
            END
        FROM (SELECT) AS pair
        LEFT JOIN offer_line AS giving ON giving.id = offers[1]
        LEFT JOIN request_line AS taking ON taking.id = needs[1]
        LEFT JOIN item AS given ON given.code = giving.item_id
        LEFT JOIN party AS donor ON donor.code = giving.donor_id
        LEFT JOIN assistance_request AS request ON request.id = taking.request_id
        LEFT JOIN LATERAL (
            SELECT * FROM clarification WHERE line_id = taking.id ORDER BY number DESC LIMIT 1
        ) AS word ON true
        LEFT JOIN substitute
            ON substitute.item_id = taking.item_id AND substitute.substitute_id = giving.item_id
        LEFT JOIN LATERAL (
            SELECT number, act_id FROM rule_change ORDER BY number DESC LIMIT 1
        ) AS book ON true
        LEFT JOIN operation AS campaign ON campaign.id = giving.operation_id
        LEFT JOIN party AS recipient ON recipient.code = request.recipient_id
        LEFT JOIN LATERAL rule_territory(taking.place) AS its (territory) ON true
        LEFT JOIN LATERAL rule_standing(donor.code, campaign.body_id, day) AS as_donor (kind) ON true
        LEFT JOIN LATERAL rule_standing(recipient.code, campaign.body_id, day)
            AS as_recipient (kind) ON true;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT
        proposal_facts(giving, given, donor, taking, request, word, substitute, seen),
        CASE WHEN wish.number = 1 THEN rule_sides(offers, needs, day) END
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
