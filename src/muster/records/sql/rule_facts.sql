-- What the rules may speak of, read in the database; core/rulebook/facts.py has the names.
CREATE OR REPLACE FUNCTION rule_item(item) RETURNS json
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT json_build_object(
        'item.code', $1.code, 'item.category', $1.category,
        'item.relief_category', $1.relief_category, 'item.support_category', $1.support_category,
        'item.lethality', $1.lethality, 'item.serial_tracked', $1.serial_tracked,
        'item.expires', $1.expires, 'item.consent_prone', $1.consent_prone,
        'item.hazard', $1.hazard, 'item.hs_code', $1.hs_code)
$$;

CREATE OR REPLACE FUNCTION rule_standing(of_party text, in_body text, on_day date) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT kind FROM standing
    WHERE party_id = of_party AND body_id = in_body
        AND since <= on_day AND (until IS NULL OR until > on_day)
    LIMIT 1
$$;

-- The country of the place that a text names, by its code or its name in the register; null where no
-- place is called so, or places of several countries are.
CREATE OR REPLACE FUNCTION rule_territory(said text) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN count(DISTINCT country) = 1 THEN nullif(min(country), '') END
    FROM place
    WHERE said <> '' AND (code = upper(trim(said)) OR lower(name) = lower(trim(said)))
$$;

-- What the rules may speak of, for pairs of an offer line and a request line on a day: each donor,
-- item, recipient, request line, offer line and operation once, under its key.  One row, or none but the book's
-- version where the book is empty.  The names are those of core/rulebook/facts.py.
CREATE OR REPLACE FUNCTION rule_sides(offers uuid[], needs uuid[], on_day date) RETURNS SETOF json
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    book json := rule_book_now();
BEGIN
    IF (book ->> 'number')::bigint = 0 THEN
        RETURN NEXT json_build_object('book', book);
        RETURN;
    END IF;
    RETURN QUERY
    WITH line AS MATERIALIZED (
        SELECT id, operation_id, donor_id, item_id, origin_id, place, only_for, not_for
        FROM offer_line WHERE id = ANY (offers)
    ), need AS MATERIALIZED (
        SELECT request_line.id, request_line.use, request_line.place,
            request.operation_id, request.recipient_id
        FROM request_line
        JOIN assistance_request AS request ON request.id = request_line.request_id
        WHERE request_line.id = ANY (needs)
    ), taking AS MATERIALIZED (
        SELECT DISTINCT operation_id, recipient_id FROM need
    ), somewhere AS MATERIALIZED (
        SELECT place, rule_territory(place) AS territory
        FROM (SELECT DISTINCT place FROM need) AS each
    ), campaign AS MATERIALIZED (
        SELECT id, code, kind, body_id FROM operation
        WHERE id IN (SELECT operation_id FROM line)
    )
    SELECT json_build_object(
        'book', book,
        'operation', (SELECT json_object_agg(id, json_build_object(
            'operation.code', code, 'operation.kind', kind, 'operation.body', body_id))
            FROM campaign),
        'item', (SELECT json_object_agg(code, rule_item(item))
            FROM item WHERE code IN (SELECT item_id FROM line)),
        'request', (SELECT json_object_agg(id, json_build_object(
            'request.use', nullif(use, ''), 'request.territory', territory))
            FROM need JOIN somewhere USING (place)),
        'offer', (SELECT json_object_agg(id, json_build_object(
            'offer.origin', origin_id, 'offer.place', place,
            'offer.only_for', only_for, 'offer.not_for', not_for)) FROM line),
        'donor', (SELECT json_object_agg(
            concat(each.operation_id, ' ', party.code), json_build_object(
                'donor.code', party.code, 'donor.kind', party.kind,
                'donor.standing', rule_standing(party.code, campaign.body_id, on_day),
                'donor.part_of_body', campaign.body_id IN (party.code, coalesce(party.parent_id, '')),
                'donor.gives_only_reviewed', party.gives_only_reviewed))
            FROM (SELECT DISTINCT operation_id, donor_id FROM line) AS each
            JOIN party ON party.code = each.donor_id
            JOIN campaign ON campaign.id = each.operation_id),
        'recipient', (SELECT json_object_agg(
            concat(each.operation_id, ' ', party.code), json_build_object(
                'recipient.code', party.code, 'recipient.kind', party.kind,
                'recipient.standing', rule_standing(party.code, campaign.body_id, on_day)))
            FROM taking AS each
            JOIN party ON party.code = each.recipient_id
            JOIN campaign ON campaign.id = each.operation_id)
    );
END $$;
