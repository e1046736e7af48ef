-- What the rules may speak of, read in the database; core/rulebook/facts.py has the names.  The short
-- functions are written into the statements that use them, which a setting of their own would forbid.
CREATE OR REPLACE FUNCTION rule_operation(operation) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'operation.code', $1.code, 'operation.kind', $1.kind, 'operation.body', $1.body_id)
$$;

CREATE OR REPLACE FUNCTION rule_item(item) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'item.code', $1.code, 'item.category', $1.category,
        'item.relief_category', $1.relief_category, 'item.support_category', $1.support_category,
        'item.lethality', $1.lethality, 'item.serial_tracked', $1.serial_tracked,
        'item.expires', $1.expires, 'item.consent_prone', $1.consent_prone,
        'item.hazard', $1.hazard, 'item.hs_code', $1.hs_code)
$$;

CREATE OR REPLACE FUNCTION rule_request(request_line, territory text) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'request.use', nullif($1.use, ''), 'request.territory', territory)
$$;

CREATE OR REPLACE FUNCTION rule_offer(offer_line) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'offer.origin', $1.origin_id, 'offer.place', $1.place,
        'offer.only_for', $1.only_for, 'offer.not_for', $1.not_for)
$$;

CREATE OR REPLACE FUNCTION rule_donor(party, standing text, body text) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'donor.code', $1.code, 'donor.kind', $1.kind, 'donor.standing', standing,
        'donor.part_of_body', body IN ($1.code, coalesce($1.parent_id, '')),
        'donor.gives_only_reviewed', $1.gives_only_reviewed)
$$;

CREATE OR REPLACE FUNCTION rule_recipient(party, standing text) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'recipient.code', $1.code, 'recipient.kind', $1.kind, 'recipient.standing', standing)
$$;

-- What a party was to a body on a day; no row where it was nothing.
CREATE OR REPLACE FUNCTION rule_standing(of_party text, in_body text, on_day date) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT kind FROM standing
    WHERE party_id = of_party AND body_id = in_body
        AND since <= on_day AND (until IS NULL OR until > on_day)
    LIMIT 1
$$;

-- The country of the place that a text names, by its code or its name in the register; null where no
-- place is called so, or places of several countries are.
CREATE OR REPLACE FUNCTION rule_territory(said text) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(DISTINCT country) = 1 THEN nullif(min(country), '') END
    FROM place
    WHERE said <> '' AND (code = upper(trim(said)) OR lower(name) = lower(trim(said)))
$$;

-- What the rules may speak of, for pairs of an offer line and a request line on a day: each donor,
-- item, recipient, request line, offer line and operation once, under its key; the book's version
-- alone where the book is empty.
CREATE OR REPLACE FUNCTION rule_sides(offers uuid[], needs uuid[], on_day date) RETURNS json
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    book json := rule_book_now();
BEGIN
    IF (book ->> 'number')::bigint = 0 THEN
        RETURN json_build_object('book', book);
    END IF;
    RETURN (
    WITH line AS MATERIALIZED (
        SELECT offer_line AS its, offer_line.id, offer_line.operation_id, offer_line.donor_id,
            offer_line.item_id
        FROM offer_line WHERE id = ANY (offers)
    ), need AS MATERIALIZED (
        SELECT request_line AS its, request_line.id, request_line.place,
            request.operation_id, request.recipient_id
        FROM request_line
        JOIN assistance_request AS request ON request.id = request_line.request_id
        WHERE request_line.id = ANY (needs)
    ), taking AS MATERIALIZED (
        SELECT DISTINCT operation_id, recipient_id FROM need
    ), somewhere AS MATERIALIZED (
        SELECT each.place, found.territory
        FROM (SELECT DISTINCT place FROM need) AS each,
            LATERAL rule_territory(each.place) AS found (territory)
    ), campaign AS MATERIALIZED (
        SELECT operation AS its, operation.id, operation.body_id FROM operation
        WHERE id IN (SELECT operation_id FROM line)
    )
    SELECT json_build_object(
        'book', book,
        'operation', (SELECT json_object_agg(id, rule_operation(its)) FROM campaign),
        'item', (SELECT json_object_agg(code, rule_item(item))
            FROM item WHERE code IN (SELECT item_id FROM line)),
        'request', (SELECT json_object_agg(id, rule_request(its, territory))
            FROM need JOIN somewhere USING (place)),
        'offer', (SELECT json_object_agg(id, rule_offer(its)) FROM line),
        'donor', (SELECT json_object_agg(
            concat(each.operation_id, ' ', party.code),
            rule_donor(party, standing.kind, campaign.body_id))
            FROM (SELECT DISTINCT operation_id, donor_id FROM line) AS each
            JOIN party ON party.code = each.donor_id
            JOIN campaign ON campaign.id = each.operation_id
            LEFT JOIN LATERAL rule_standing(party.code, campaign.body_id, on_day)
                AS standing (kind) ON true),
        'recipient', (SELECT json_object_agg(
            concat(each.operation_id, ' ', party.code), rule_recipient(party, standing.kind))
            FROM taking AS each
            JOIN party ON party.code = each.recipient_id
            JOIN campaign ON campaign.id = each.operation_id
            LEFT JOIN LATERAL rule_standing(party.code, campaign.body_id, on_day)
                AS standing (kind) ON true)
    ));
END $$;
