-- The application's role owns nothing.  It may read and add; it may change only what is listed.
GRANT USAGE ON SCHEMA public TO muster_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO muster_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO muster_app;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'party', 'standing', 'place', 'muster_user', 'role_grant', 'api_token',
        'item', 'item_review', 'pack', 'substitute',
        'operation', 'operation_recipient', 'assistance_request', 'request_line', 'clarification',
        'offer', 'offer_line', 'allocation', 'consent',
        'consignment', 'manifest_line', 'serial', 'receipt', 'receipt_line', 'discrepancy',
        'unsolicited_arrival', 'situation_report', 'report_approval', 'message_number', 'saved_plan',
        'account', 'transfer', 'journal_entry', 'stage_event', 'django_session'
    ] LOOP
        EXECUTE format('GRANT INSERT ON %I TO muster_app', name);
    END LOOP;
    -- Who may see a record can be widened or narrowed by an act.
    FOREACH name IN ARRAY ARRAY[
        'operation', 'assistance_request', 'request_line', 'offer', 'offer_line', 'allocation',
        'consent', 'consignment', 'manifest_line', 'unsolicited_arrival', 'situation_report'
    ] LOOP
        EXECUTE format('GRANT UPDATE (marking, audiences) ON %I TO muster_app', name);
    END LOOP;
END $$;

GRANT UPDATE (name, kind, iso3, parent_id, source) ON party TO muster_app;
GRANT UPDATE (until) ON standing TO muster_app;
GRANT UPDATE (until) ON role_grant TO muster_app;
GRANT UPDATE (password, last_login, is_active, name) ON muster_user TO muster_app;
GRANT UPDATE (revoked_at) ON api_token TO muster_app;
GRANT UPDATE (name, category, mass_g, volume_ml, serial_tracked, expires, consent_prone, hazard,
              hs_code, source) ON item TO muster_app;
GRANT UPDATE (situation) ON operation TO muster_app;
GRANT UPDATE (answers_id) ON offer_line TO muster_app;
GRANT UPDATE (conditions, valid_until) ON consent TO muster_app;
GRANT UPDATE (consignee_id, carrier, mode, from_place_id, to_place_id, leaves_on, due_on)
    ON consignment TO muster_app;
GRANT UPDATE (aboard) ON serial TO muster_app;
GRANT UPDATE (outcome, problem, plan) ON saved_plan TO muster_app;
GRANT UPDATE, DELETE ON django_session TO muster_app;

-- The queue of jobs keeps itself.
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename LIKE 'procrastinate%' LOOP
        EXECUTE format('GRANT INSERT, UPDATE, DELETE ON %I TO muster_app', name);
    END LOOP;
END $$;
