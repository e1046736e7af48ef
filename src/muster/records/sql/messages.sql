-- A message is kept as it came: what it said, and what came of it then.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['received_message', 'received_entry'] LOOP
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
