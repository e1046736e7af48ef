-- Tables are brought in whole and stay as they came; a valuation stays, and a later one follows it.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['burden_table', 'burden_row', 'burden_figure'] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['burden_table', 'burden_row', 'burden_figure', 'valuation'] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO muster_app', name);
    END LOOP;
END $$;
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, offer_line_id, allocation_id, pledge_line_id, amount, currency,
        method, as_of, source, recorded_at, act_id
    ON valuation FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT UPDATE (superseded_at) ON valuation TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
