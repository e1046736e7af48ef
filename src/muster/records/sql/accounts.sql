-- An account begins empty, whatever the writer says; it belongs to the record of its kind and to no
-- other, and its kind says what caps it.
CREATE OR REPLACE FUNCTION account_begins_empty() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    its ledger_kind;
BEGIN
    SELECT * INTO its FROM ledger_kind WHERE kind = NEW.kind;
    IF NEW.owner_id IS DISTINCT FROM (CASE its.owner
            WHEN 'offer_line' THEN NEW.offer_line_id
            WHEN 'request_line' THEN NEW.request_line_id
            WHEN 'allocation' THEN NEW.allocation_id
            WHEN 'manifest_line' THEN NEW.manifest_line_id
            WHEN 'arrival' THEN NEW.arrival_id
        END)
        OR num_nonnulls(NEW.offer_line_id, NEW.request_line_id, NEW.allocation_id,
                        NEW.manifest_line_id, NEW.arrival_id) <> 1 THEN
        RAISE EXCEPTION 'an account of kind % belongs to one record of its kind', NEW.kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_has_its_owner';
    END IF;
    NEW.cap := its.cap;
    NEW.amount_in := 0;
    NEW.amount_out := 0;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER account_begins_empty BEFORE INSERT ON account
    FOR EACH ROW EXECUTE FUNCTION account_begins_empty();

-- What it is never changes; its totals alone do.
CREATE TRIGGER account_stays_what_it_is
    BEFORE UPDATE OF kind, item_id, place_id, owner_id, cap, offer_line_id, request_line_id,
        allocation_id, manifest_line_id, arrival_id ON account
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT ON ledger_kind TO muster_app;
