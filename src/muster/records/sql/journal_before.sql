-- As migration 0004 made it; 0005 takes the links into a table of their own (journal.sql).
-- The journal of each operation is a chain: every line carries the hash of the line before it and a
-- hash of its own, over what it says and over the transfers and stage events of its act.  Whoever
-- changes, removes or puts in a line later, breaks the chain at that link, or its head.
-- Lines that belong to no operation are the chain "site".
CREATE FUNCTION journal_hash(line journal_entry) RETURNS bytea
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT sha256(line.previous_hash || convert_to(jsonb_build_array(
        line.id, line.chain, line.link, line.verb, line.subject, line.subject_id,
        line.operation_id, line.user_id, line.user_name, line.role, line.for_party, line.door,
        line.reason, line.content, encode(line.digest, 'hex'), extract(epoch FROM line.recorded_at),
        line.marking, line.audiences,
        (SELECT jsonb_agg(jsonb_build_array(
                    position, item_id, from_account_id, to_account_id, amount,
                    extract(epoch FROM happened_at), extract(epoch FROM recorded_at), corrects_id
                ) ORDER BY position)
         FROM transfer WHERE act_id = line.id),
        (SELECT jsonb_agg(jsonb_build_array(
                    id, subject, subject_id, event, before, after,
                    extract(epoch FROM happened_at), extract(epoch FROM recorded_at), place_id, note
                ) ORDER BY id)
         FROM stage_event WHERE act_id = line.id)
    )::text, 'UTF8'))
$$;

-- The head is locked by the last statement of an act, so that others of the same operation wait for
-- its commit alone.
CREATE FUNCTION journal_entry_joins_its_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last journal_chain;
BEGIN
    NEW.chain := coalesce(NEW.operation_id::text, 'site');
    INSERT INTO journal_chain (chain, length, head) VALUES (NEW.chain, 0, '')
        ON CONFLICT DO NOTHING;
    SELECT * INTO last FROM journal_chain WHERE chain = NEW.chain FOR UPDATE;
    NEW.link := last.length + 1;
    NEW.previous_hash := last.head;
    NEW.hash := journal_hash(NEW);
    UPDATE journal_chain SET length = NEW.link, head = NEW.hash WHERE chain = NEW.chain;
    RETURN NEW;
END $$;

CREATE TRIGGER journal_entry_joins_its_chain BEFORE INSERT ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_entry_joins_its_chain();

CREATE TRIGGER history_is_permanent BEFORE DELETE ON journal_chain
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON journal_chain
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON journal_chain TO muster_app;
