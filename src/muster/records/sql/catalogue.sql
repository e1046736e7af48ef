-- A kit is not in itself, however deep.  Writers of kits wait for each other, so that two halves of a
-- circle are not written at the same moment.
CREATE FUNCTION kit_part_without_circles() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('kit_part'));
    IF EXISTS (
        WITH RECURSIVE inside (kit, part) AS (
            SELECT kit_id, part_id FROM added
            UNION
            SELECT inside.kit, deeper.part_id
            FROM inside JOIN kit_part AS deeper ON deeper.kit_id = inside.part
        )
        SELECT FROM inside WHERE kit = part
    ) THEN
        RAISE EXCEPTION 'a kit is not in itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'kit_part_without_circles';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER kit_part_without_circles AFTER INSERT ON kit_part
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION kit_part_without_circles();

-- What an alias says stands; it can be ended, once, and not taken up again.
CREATE FUNCTION item_alias_is_permanent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
        OR (NEW.id, NEW.item_id, NEW.text, NEW.normalised, NEW.source)
            IS DISTINCT FROM (OLD.id, OLD.item_id, OLD.text, OLD.normalised, OLD.source) THEN
        RAISE EXCEPTION 'an alias is ended, never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_permanent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON item_alias
    FOR EACH ROW EXECUTE FUNCTION item_alias_is_permanent();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON item_alias
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE (ended_at) ON item_alias TO muster_app;
-- The content of a kit is set as a whole; the journal keeps what it was.
GRANT SELECT, INSERT, DELETE ON kit_part TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
GRANT UPDATE (relief_category, support_category) ON item TO muster_app;
