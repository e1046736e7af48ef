-- The bytes of a list are kept as they came: its lines point into them.
CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON original_file
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON original_file
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Bytes that are compressed already are not compressed again.
ALTER TABLE original_file ALTER COLUMN data SET STORAGE EXTERNAL;

-- The hash that names them is theirs, whatever the writer says.
ALTER TABLE original_file ADD CONSTRAINT original_file_named_by_its_hash
    CHECK (sha256 = encode(sha256(data), 'hex') AND size = length(data));

-- An import begins before any stage, as every record does.
CREATE TRIGGER stage_begins_empty BEFORE INSERT ON import_batch
    FOR EACH ROW EXECUTE FUNCTION stage_begins_empty();

-- What was imported, from which file, stays as it was said; only how it is read may change.  A line
-- without an import is refused by the same look: one for a hundred thousand lines.
CREATE FUNCTION import_line_waits_for_commit() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT batch_id FROM changed_line) AS changed
        LEFT JOIN import_batch b ON b.id = changed.batch_id
        WHERE coalesce(b.stage, '') NOT IN ('kept', 'read')
    ) THEN
        RAISE EXCEPTION 'the lines of a committed import are permanent'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_permanent';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER import_line_waits_for_commit_insert AFTER INSERT ON import_line
    REFERENCING NEW TABLE AS changed_line
    FOR EACH STATEMENT EXECUTE FUNCTION import_line_waits_for_commit();
CREATE TRIGGER import_line_waits_for_commit_update AFTER UPDATE ON import_line
    REFERENCING OLD TABLE AS changed_line
    FOR EACH STATEMENT EXECUTE FUNCTION import_line_waits_for_commit();
CREATE TRIGGER import_line_waits_for_commit_delete AFTER DELETE ON import_line
    REFERENCING OLD TABLE AS changed_line
    FOR EACH STATEMENT EXECUTE FUNCTION import_line_waits_for_commit();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON import_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON original_file, import_batch, import_line, sender_mapping,
    duplicate_decision TO muster_app;
GRANT UPDATE (party, hints, format, title, stated_on, columns, issues, marking, audiences)
    ON import_batch TO muster_app;
GRANT UPDATE, DELETE ON import_line TO muster_app;
GRANT UPDATE (means, said_by_id, said_at) ON sender_mapping TO muster_app;
GRANT UPDATE (undone_at, undone_by_id, marking, audiences) ON duplicate_decision TO muster_app;
GRANT SELECT, INSERT, UPDATE ON job_progress TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
