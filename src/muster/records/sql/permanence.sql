-- History is added to.  These tables are never changed, whoever asks: the owner too is refused.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is added to, never changed', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'history_is_permanent';
END $$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'transfer', 'journal_entry', 'stage_event', 'item_review', 'clarification', 'receipt',
        'receipt_line', 'discrepancy', 'report_approval', 'message_number'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format(
            'CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
END $$;

-- An account is never taken away, and nothing but a transfer changes it: the application's role has
-- no right to update it, and the trigger on transfer runs with the owner's.
CREATE TRIGGER history_is_permanent BEFORE DELETE ON account
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The journal, events, words and reviews are numbered by the database, in the order of arrival; a
-- clock that stands still, or jumps, does not put them out of order.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['journal_entry', 'stage_event', 'clarification', 'item_review'] LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN number DROP DEFAULT', name);
        EXECUTE format('ALTER TABLE %I ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY', name);
    END LOOP;
END $$;
