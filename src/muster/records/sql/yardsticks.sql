-- A rate, a target and a table of shares stay as they were said; a later word takes their place.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['share_table', 'share_row', 'meeting_correction'] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_permanent BEFORE UPDATE OR DELETE ON %I '
            'FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY[
        'share_table', 'share_row', 'meeting_correction', 'exchange_rate', 'burden_target',
        'pledge_tie'
    ] LOOP
        EXECUTE format(
            'CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON %I '
            'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO muster_app', name);
    END LOOP;
END $$;
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, base, quote, rate, since, until, method, source, recorded_at,
        act_id
    ON exchange_rate FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, body_id, party_id, measure, basis, amount, currency, since,
        until, source, recorded_at, act_id
    ON burden_target FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, pledge_id, coalition_id, reason, recorded_at, act_id
    ON pledge_tie FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT UPDATE (superseded_at) ON exchange_rate, burden_target TO muster_app;
GRANT UPDATE (undone_at) ON pledge_tie TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;
