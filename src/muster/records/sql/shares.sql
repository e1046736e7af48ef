-- An agreed share stays as it was said; a later word takes its place.
CREATE TRIGGER history_is_permanent
    BEFORE DELETE OR UPDATE OF id, operation_id, party_id, percent, agreed_on, source, recorded_at,
        act_id
    ON agreed_share FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER history_is_not_truncated BEFORE TRUNCATE ON agreed_share
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON agreed_share TO muster_app;
GRANT UPDATE (superseded_at) ON agreed_share TO muster_app;
