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
