-- The rule book is added to and never changed, nor are the decisions that rest on it.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'rule_version', 'rule_change', 'rule_review', 'dispatch_decision'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format(
            'CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO muster_app', name);
    END LOOP;
END $$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
ALTER TABLE rule_review ALTER COLUMN number DROP DEFAULT;
ALTER TABLE rule_review ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;

-- Who approves a version is not its author: the check compares with the version's own.
ALTER TABLE rule_change ADD CONSTRAINT rule_change_names_the_author
    FOREIGN KEY (version_id, author_id) REFERENCES rule_version (id, author_id);

-- A decision is made with the record it is about, and stays.
CREATE TRIGGER decision_is_permanent BEFORE UPDATE OF rule_book, rules ON offer_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decision_is_permanent BEFORE UPDATE OF rule_book, rules ON allocation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- The book's version, and the act that made it so.
CREATE FUNCTION rule_book_now() RETURNS json
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT json_build_object('number', number, 'act', act_id)
         FROM rule_change ORDER BY number DESC LIMIT 1),
        json_build_object('number', 0, 'act', NULL))
$$;

CREATE FUNCTION rule_item(item) RETURNS json
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT json_build_object(
        'item.code', $1.code, 'item.category', $1.category,
        'item.relief_category', $1.relief_category, 'item.support_category', $1.support_category,
        'item.lethality', $1.lethality, 'item.serial_tracked', $1.serial_tracked,
        'item.expires', $1.expires, 'item.consent_prone', $1.consent_prone,
        'item.hazard', $1.hazard, 'item.hs_code', $1.hs_code)
$$;

CREATE FUNCTION rule_standing(of_party text, in_body text, on_day date) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT kind FROM standing
    WHERE party_id = of_party AND body_id = in_body
        AND since <= on_day AND (until IS NULL OR until > on_day)
    LIMIT 1
$$;

-- What the rules may speak of, for pairs of an offer line and a request line on a day: each donor,
-- item, recipient, offer line and operation once, under its key.  One row, or none but the book's
-- version where the book is empty.  The names are those of core/rulebook/facts.py.
CREATE FUNCTION rule_sides(offers uuid[], needs uuid[], on_day date) RETURNS SETOF json
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
    ), taking AS MATERIALIZED (
        SELECT DISTINCT request.operation_id, request.recipient_id
        FROM request_line
        JOIN assistance_request AS request ON request.id = request_line.request_id
        WHERE request_line.id = ANY (needs)
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
