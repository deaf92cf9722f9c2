"""The database side of the audit chain: the function that adds events, and how they are checked.

A check calls no function of ours: the owner of the database could have changed it.
"""

# How events of form 1 were digested; nothing calls it any more.
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
# own. 7301 is only a number to tell these advisory locks from others. What is hashed is JSON, in
# which no two events look the same: NULLs and nested lists stand out, and the id is part of it.
APPEND = r"""
CREATE OR REPLACE FUNCTION casework_audit_append(events jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first_lane int := floor(random() * 16)::int;
    my_lane smallint;
    held boolean := false;
    head_seq bigint;
    head_hash bytea;
    event record;
    my_id bigint;
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
        my_id := nextval(pg_get_serial_sequence('casework_auditevent', 'id'));
        head_hash := sha256(head_hash || convert_to(jsonb_build_array(2, my_id, my_lane, head_seq,
            (extract(epoch from event.at) * 1000000)::bigint, event.actor_id, event.board_id,
            event.action, event.subject_kind, event.subject_ids, event.data)::text, 'UTF8'));
        INSERT INTO casework_auditevent
            (id, lane, seq, at, actor_id, board_id, action, subject_kind, subject_ids, data, hash,
             form)
        VALUES (my_id, my_lane, head_seq, event.at, event.actor_id, event.board_id, event.action,
            event.subject_kind, event.subject_ids, event.data, head_hash, 2);
    END LOOP;
END $$;
"""

DROP = """
DROP FUNCTION casework_audit_append(jsonb);
DROP FUNCTION casework_audit_digest(
    bytea, smallint, bigint, timestamptz, bigint, bigint, text, text, bigint[], jsonb);
"""

_FORM_1 = r"""concat_ws(E'\x1f', lane::text, seq::text,
    ((extract(epoch from at) * 1000000)::bigint)::text,
    coalesce(actor_id::text, '-'), coalesce(board_id::text, '-'),
    action, subject_kind, array_to_string(subject_ids, ','), data::text)"""
_FORM_2 = """jsonb_build_array(2, id, lane, seq, (extract(epoch from at) * 1000000)::bigint,
    actor_id, board_id, action, subject_kind, subject_ids, data)::text"""

# The first rows that are not what their place and their hash say, and why. Every comparison
# must be one that NULL cannot slip through.
BROKEN = f"""
SELECT id, lane, seq, why FROM (
    SELECT id, lane, seq, CASE
        WHEN lane IS NULL OR lane NOT BETWEEN 0 AND 15 THEN 'lane'
        WHEN seq IS DISTINCT FROM before + 1 THEN 'gap'
        WHEN subject_ids IS NULL OR coalesce(array_ndims(subject_ids), 1) <> 1
          OR coalesce(array_lower(subject_ids, 1), 1) <> 1 THEN 'list'
        WHEN array_position(subject_ids, NULL) IS NOT NULL THEN 'list'
        WHEN at IS NULL OR NOT isfinite(at) THEN 'content'
        WHEN hash IS DISTINCT FROM sha256(previous || convert_to(
            CASE form WHEN 1 THEN {_FORM_1} WHEN 2 THEN {_FORM_2} END, 'UTF8')) THEN 'content'
        WHEN id IS NULL OR id <= id_before THEN 'order'
        WHEN form = 1 AND id > first_of_form_2 THEN 'form'
    END AS why
    FROM (
        SELECT e.*, lag(hash, 1, ''::bytea) OVER w AS previous,
               lag(seq, 1, 0::bigint) OVER w AS before, lag(id) OVER w AS id_before,
               min(id) FILTER (WHERE form = 2) OVER () AS first_of_form_2
          FROM public.casework_auditevent e WINDOW w AS (PARTITION BY lane ORDER BY seq, id)
    ) chained
) judged
WHERE why IS NOT NULL ORDER BY id LIMIT %s
"""  # noqa: S608  our own text

# Which of the heads (lane, seq, hash), given as three lists, no event has; by their places.
WITHOUT_EVENT = """
SELECT head.place FROM unnest(%s::int[], %s::bigint[], %s::bytea[])
       WITH ORDINALITY AS head(lane, seq, hash, place)
  LEFT JOIN public.casework_auditevent e
    ON e.lane = head.lane AND e.seq = head.seq AND e.hash = head.hash
 WHERE e.id IS NULL ORDER BY head.place
"""

# All that was written before anchors were signed, as one digest.
BEFORE_SIGNING = """
SELECT sha256(
    coalesce((SELECT string_agg(sha256(convert_to(jsonb_build_array(
        id, lane, seq, encode(hash, 'hex'), subject_ids)::text, 'UTF8')), ''::bytea ORDER BY id)
        FROM public.casework_auditevent WHERE form = 1), '') ||
    coalesce((SELECT string_agg(sha256(convert_to(jsonb_build_array(
        id, (extract(epoch from at) * 1000000)::bigint, lane, seq, encode(hash, 'hex'))::text,
        'UTF8')), ''::bytea ORDER BY id)
        FROM public.casework_auditanchor WHERE number IS NULL), ''))
"""

UNANCHORED = """
SELECT count(*), min(e.at) FROM public.casework_auditevent e
 WHERE e.seq > coalesce((SELECT max(a.seq) FROM public.casework_auditanchor a
                          WHERE a.lane = e.lane AND a.number IS NOT NULL), 0)
"""

# The heads of lanes that have moved since they were last signed.
HEADS = """
SELECT head.lane, head.seq, head.hash
  FROM generate_series(0, 15) AS number(lane)
 CROSS JOIN LATERAL (
    SELECT e.lane, e.seq, e.hash FROM public.casework_auditevent e
     WHERE e.lane = number.lane ORDER BY e.seq DESC LIMIT 1) head
 WHERE NOT EXISTS (SELECT 1 FROM public.casework_auditanchor a
    WHERE a.lane = head.lane AND a.seq = head.seq AND a.hash = head.hash AND a.number IS NOT NULL)
"""

# One at a time: each anchor names the one before.
LOCK_ANCHORS = "SELECT pg_advisory_xact_lock(7302, 0)"
