-- Spreads the tables of an installation over the workers of a Citus cluster, by unit.
--
--   psql postgresql://skm@coordinator/skm --set ON_ERROR_STOP=1 --file citus.sql
--
-- Run it on the coordinator, as the role in DATABASE, after `skm init`, `skm restore` or `skm upgrade`, while no
-- `skm serve` runs; before or after answers came in, and as often as you like: what is spread already stays as it is.
-- Before it, as superuser: CREATE EXTENSION citus in a database of the same name and role on every machine, then on the
-- coordinator citus_set_coordinator_host('coordinator', 5432) and citus_add_node('worker', 5432) for each worker.

BEGIN;

-- Several tables that refer to each other are moved in one transaction.
SET LOCAL citus.multi_shard_modify_mode = 'sequential';

-- A worker, unlike the coordinator, would wait for a locked row without end.
DO $$
BEGIN
    EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I SET lock_timeout = ''5s''', current_database());
END
$$;

-- Places are few and read with every page: a copy on every machine. A worker that is down takes no unit's page along.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['unit', 'service', 'counter', 'link'] LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = name::regclass AND repmodel = 't') THEN
            PERFORM create_reference_table(name);
        END IF;
    END LOOP;
END
$$;

-- Answers and their counters: all rows of one unit on one worker, so that keeping an answer is a transaction there.
-- Citus moves one table at a time, and a table that stayed behind may not refer to one that has gone.
DO $$
DECLARE
    name text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'response'::regclass AND partmethod = 'h') THEN
        ALTER TABLE response_aside DROP CONSTRAINT response_aside_unit_id_fkey;
        PERFORM create_distributed_table('response', 'unit', colocate_with => 'none');
        PERFORM create_distributed_table('response_aside', 'unit', colocate_with => 'response');
        ALTER TABLE response_aside
            ADD CONSTRAINT response_aside_unit_id_fkey FOREIGN KEY (unit, id) REFERENCES response (unit, id);
    END IF;
    FOREACH name IN ARRAY ARRAY['tally', 'unit_tally'] LOOP
        IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = name::regclass AND partmethod = 'h') THEN
            PERFORM create_distributed_table(name, 'unit', colocate_with => 'response');
        END IF;
    END LOOP;
END
$$;

-- What people write (accounts, report_text, follow_up), jobs and `revision` stay on the coordinator: few rows, and no answer waits for them.

COMMIT;

-- Rows that were there before are on the workers now; this frees the room of the coordinator's former copy.
SELECT truncate_local_data_after_distributing_table('response');
SELECT truncate_local_data_after_distributing_table('tally');
SELECT truncate_local_data_after_distributing_table('unit_tally');

-- `skm` asks only the coordinator whether it is set to keep what it confirmed: look here at the workers.
-- Each line must say: on / on / on.
SELECT nodename, nodeport, result AS "fsync / full_page_writes / synchronous_commit"
FROM run_command_on_workers($$
    SELECT concat_ws(' / ', current_setting('fsync'), current_setting('full_page_writes'),
                     current_setting('synchronous_commit'))
$$);
