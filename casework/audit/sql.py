"""The database side of the audit chain: one function that adds events, one that digests them."""

DIGEST = r"""
CREATE FUNCTION casework_audit_digest(
    previous bytea, lane smallint, seq bigint, at timestamptz, actor_id bigint, board_id bigint,
    action text, subject_kind text, subject_ids bigint[], data jsonb
) RETURNS bytea LANGUAGE sql STABLE AS $$
    -- Unit separators between the parts, so that no two events have the same text.
    SELECT sha256(previous || convert_to(concat_ws(E'\x1f',
        lane::text, seq::text, ((extract(epoch from at) * 1000000)::bigint)::text,
        coalesce(actor_id::text, '-'), coalesce(board_id::text, '-'),
        action, subject_kind, array_to_string(subject_ids, ','), data::text), 'UTF8'))
$$;
"""

# Lanes let writers pass each other: a transaction takes the first free one and waits only where
# all sixteen are held. The head is read after the lock, in a statement (and so a snapshot) of its
# own. 7301 is only a number to tell these advisory locks from others.
APPEND = r"""
CREATE FUNCTION casework_audit_append(events jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first_lane int := floor(random() * 16)::int;
    my_lane smallint;
    held boolean := false;
    head_seq bigint;
    head_hash bytea;
    event record;
BEGIN
    FOR i IN 0..15 LOOP
        my_lane := (first_lane + i) % 16;
        held := pg_try_advisory_xact_lock(7301, my_lane);
        EXIT WHEN held;
    END LOOP;
    IF NOT held THEN
        my_lane := first_lane;
        PERFORM pg_advisory_xact_lock(7301, my_lane);
    END IF;
    SELECT e.seq, e.hash INTO head_seq, head_hash
      FROM casework_auditevent e WHERE e.lane = my_lane ORDER BY e.seq DESC LIMIT 1;
    head_seq := coalesce(head_seq, 0);
    head_hash := coalesce(head_hash, ''::bytea);
    FOR event IN
        SELECT * FROM jsonb_to_recordset(events) AS r(
            at timestamptz, actor_id bigint, board_id bigint, action text, subject_kind text,
            subject_ids bigint[], data jsonb)
    LOOP
        head_seq := head_seq + 1;
        head_hash := casework_audit_digest(head_hash, my_lane, head_seq, event.at, event.actor_id,
            event.board_id, event.action, event.subject_kind, event.subject_ids, event.data);
        INSERT INTO casework_auditevent
            (lane, seq, at, actor_id, board_id, action, subject_kind, subject_ids, data, hash)
        VALUES (my_lane, head_seq, event.at, event.actor_id, event.board_id, event.action,
            event.subject_kind, event.subject_ids, event.data, head_hash);
    END LOOP;
END $$;
"""

DROP = """
DROP FUNCTION casework_audit_append(jsonb);
DROP FUNCTION casework_audit_digest(
    bytea, smallint, bigint, timestamptz, bigint, bigint, text, text, bigint[], jsonb);
"""

# A row is broken where its hash is not the digest of its content and its predecessor's hash, or
# where its number does not follow; an anchor is broken where the row it names is gone or differs.
FIRST_BROKEN = """
SELECT id FROM (
    SELECT e.*, lag(e.hash, 1, ''::bytea) OVER w AS previous,
           lag(e.seq, 1, 0::bigint) OVER w AS before
      FROM casework_auditevent e WINDOW w AS (PARTITION BY e.lane ORDER BY e.seq)
) chained
WHERE seq <> before + 1
   OR hash <> casework_audit_digest(previous, lane, seq, at, actor_id, board_id, action,
                                    subject_kind, subject_ids, data)
ORDER BY id LIMIT 1
"""

CUT_ANCHOR = """
SELECT a.id, a.lane, a.seq FROM casework_auditanchor a
  LEFT JOIN casework_auditevent e ON e.lane = a.lane AND e.seq = a.seq AND e.hash = a.hash
 WHERE e.id IS NULL ORDER BY a.id LIMIT 1
"""

ANCHOR = """
INSERT INTO casework_auditanchor (at, lane, seq, hash)
SELECT %s, head.lane, head.seq, head.hash
  FROM generate_series(0, 15) AS number(lane)
 CROSS JOIN LATERAL (
    SELECT e.lane, e.seq, e.hash FROM casework_auditevent e
     WHERE e.lane = number.lane ORDER BY e.seq DESC LIMIT 1) head
 WHERE NOT EXISTS (
    SELECT 1 FROM casework_auditanchor a WHERE a.lane = head.lane AND a.seq = head.seq)
RETURNING lane, seq, encode(hash, 'hex')
"""
