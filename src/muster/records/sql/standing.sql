-- What transfers rest on stands: no account is ever another one, whoever asks.
CREATE OR REPLACE TRIGGER account_stays_what_it_is
    BEFORE UPDATE OF id, kind, item_id, place_id, owner_id, cap, offer_line_id, request_line_id,
        allocation_id, manifest_line_id, arrival_id ON account
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every transfer is of an act in the journal.  The line is written last, so it is asked when all is
-- done; and of the first transfer of an act only, for the others are there only beside the first.
CREATE FUNCTION transfer_of_an_act() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM journal_entry WHERE id = NEW.act_id) THEN
        RAISE EXCEPTION 'a transfer is of an act that is in the journal'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'transfer_of_an_act';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transfer_of_an_act AFTER INSERT ON transfer
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.position = 1) EXECUTE FUNCTION transfer_of_an_act();
