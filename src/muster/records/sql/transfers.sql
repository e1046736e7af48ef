-- A transfer adds to the totals of its two accounts, in the same statement.  The caps are checks on
-- those totals, so that whatever runs at once, the second to come finds what the first has left.
CREATE OR REPLACE FUNCTION transfer_adds_to_totals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    broken text;
BEGIN
    -- Accounts and acts are never taken away and never change what they are, so what is found here
    -- stays found; a foreign key would ask the same of every row by itself.
    --
    -- Both ends are there and hold the item that moves.  Units move along the moves that
    -- core/accounts.py lists.  They stay with their record, or pass along its own chain: from an
    -- offer line to an allocation of it, and from an allocation to a line of a manifest that packs
    -- it; and back.  What is corrected is there, and the transfers of an act are numbered from one,
    -- so that the first of them can stand for its act (transfer_of_an_act).
    SELECT CASE
        WHEN bool_or(giver.id IS NULL) THEN 'transfer_from_an_account_of_the_item'
        WHEN bool_or(taker.id IS NULL) THEN 'transfer_to_an_account_of_the_item'
        WHEN bool_or(m.id IS NULL) THEN 'transfer_along_a_permitted_move'
        WHEN bool_or(giver.owner_id <> taker.owner_id AND CASE
                WHEN a.id IS NOT NULL AND l.id IS NOT NULL THEN l.allocation_id <> a.id
                WHEN a.id IS NOT NULL THEN a.offer_line_id
                    IS DISTINCT FROM coalesce(giver.offer_line_id, taker.offer_line_id)
                ELSE giver.arrival_id IS NULL OR taker.offer_line_id IS NULL
            END) THEN 'transfer_within_one_chain'
        WHEN bool_or(t.corrects_id IS NOT NULL AND corrected.id IS NULL)
            THEN 'transfer_corrects_a_transfer'
        WHEN bool_or(first.id IS NULL) THEN 'transfer_numbered_from_one'
    END
    INTO broken
    FROM new_transfer t
    LEFT JOIN account giver ON giver.id = t.from_account_id AND giver.item_id = t.item_id
    LEFT JOIN account taker ON taker.id = t.to_account_id AND taker.item_id = t.item_id
    LEFT JOIN ledger_move m ON m.before = giver.kind AND m.after = taker.kind
    LEFT JOIN allocation a ON a.id = coalesce(giver.allocation_id, taker.allocation_id)
    LEFT JOIN manifest_line l ON l.id = coalesce(giver.manifest_line_id, taker.manifest_line_id)
    LEFT JOIN transfer corrected ON corrected.id = t.corrects_id
    LEFT JOIN transfer first ON first.act_id = t.act_id AND first.position = 1;
    CASE broken
        WHEN 'transfer_from_an_account_of_the_item' THEN
            RAISE EXCEPTION 'units leave an account that holds their item'
                USING ERRCODE = 'foreign_key_violation',
                    CONSTRAINT = 'transfer_from_an_account_of_the_item';
        WHEN 'transfer_to_an_account_of_the_item' THEN
            RAISE EXCEPTION 'units come to an account that holds their item'
                USING ERRCODE = 'foreign_key_violation',
                    CONSTRAINT = 'transfer_to_an_account_of_the_item';
        WHEN 'transfer_along_a_permitted_move' THEN
            RAISE EXCEPTION 'units do not move that way'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_along_a_permitted_move';
        WHEN 'transfer_within_one_chain' THEN
            RAISE EXCEPTION 'units do not pass between these records'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_within_one_chain';
        WHEN 'transfer_corrects_a_transfer' THEN
            RAISE EXCEPTION 'a correction is of a transfer that there is'
                USING ERRCODE = 'foreign_key_violation',
                    CONSTRAINT = 'transfer_corrects_a_transfer';
        WHEN 'transfer_numbered_from_one' THEN
            RAISE EXCEPTION 'the transfers of an act are numbered from one'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_numbered_from_one';
        ELSE NULL;
    END CASE;

    -- Whoever posts holds the accounts already, in the order of ids (posting.sql).
    UPDATE account SET
        amount_in = account.amount_in + change.came,
        amount_out = account.amount_out + change.went
    FROM (
        SELECT account_id, sum(came)::bigint AS came, sum(went)::bigint AS went
        FROM (
            SELECT to_account_id AS account_id, amount AS came, 0 AS went FROM new_transfer
            UNION ALL
            SELECT from_account_id, 0, amount FROM new_transfer
        ) AS side
        GROUP BY account_id
    ) AS change
    WHERE account.id = change.account_id;
    RETURN NULL;
END $$;
