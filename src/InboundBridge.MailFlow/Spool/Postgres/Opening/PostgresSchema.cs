using System.Globalization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Health;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// The tables of the shared store and the steps between their versions. They are in the first schema of the search path. A released step is
/// never edited; a change is a new step.
/// <para>
/// Nodes are upgraded one after the other, so a step must leave tables that the version before can still use, or raise <c>readable_from</c>
/// above that version: then older nodes refuse to start, and those that run fail their writes until they are replaced. A program that is
/// two versions behind was never tried with the tables, and refuses them.
/// </para>
/// <para>
/// <c>deliveries.seq</c> is <c>messages.seq &lt;&lt; 20 | ordinal</c>. Times are milliseconds since 1970, UTC. <c>messages.body</c>: 0 all
/// octets are in <c>octets</c>; 1 the prelude is there, and what was received is in <c>chunks</c>; 2 they are gone. A delivery is claimed
/// while <c>owner</c> is set and <c>claimed_until</c> is later than <c>spool_now()</c>; <c>fence</c> counts its claims.
/// <c>tallies</c> has one row for each destination, state and slot, so that nodes count without waiting for each other's commits; state −1
/// counts messages, −2 their octets, and −3 the entries of greylisting. <c>nodes</c> and <c>circuits</c> are what the nodes know of each
/// other: losing their rows loses nothing.
/// </para>
/// <para>
/// <c>rates</c>, <c>sharers</c> and <c>answers</c> are what nodes tell each other. They are unlogged: a crash of the server empties them.
/// </para>
/// </summary>
internal static class PostgresSchema
{
    public const int Version = 3;

    /// <summary>Bits of <c>deliveries.seq</c> that number the deliveries of one message.</summary>
    public const int OrdinalBits = 20;

    private static readonly Step[] Steps =
    [
        new(
            """
            CREATE TABLE spool_version(version integer NOT NULL, readable_from integer NOT NULL);
            INSERT INTO spool_version VALUES(0, 1);
            CREATE FUNCTION spool_now() RETURNS bigint LANGUAGE sql STABLE
              AS 'SELECT (extract(epoch FROM statement_timestamp()) * 1000)::bigint';
            CREATE TABLE messages(
              seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, received_at bigint NOT NULL,
              size bigint NOT NULL, sha256 bytea NOT NULL, body smallint NOT NULL, prelude_length integer NOT NULL,
              config_version text NOT NULL, subject text, envelope text NOT NULL, authentication text, results text,
              cause text COLLATE "C", cause_details text, octets bytea)
              WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2,
                autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1,
                toast.autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_cost_delay = 1);
            ALTER TABLE messages ALTER octets SET STORAGE EXTERNAL;
            CREATE INDEX messages_cause ON messages(cause) WHERE cause IS NOT NULL;
            CREATE TABLE chunks(
              message bigint NOT NULL, ordinal integer NOT NULL, octets bytea NOT NULL, PRIMARY KEY(message, ordinal))
              WITH (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05);
            ALTER TABLE chunks ALTER octets SET STORAGE EXTERNAL;
            CREATE TABLE deliveries(
              seq bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, destination text COLLATE "C" NOT NULL, state smallint NOT NULL,
              attempts integer NOT NULL, version bigint NOT NULL, created_at bigint NOT NULL, queued_at bigint, next_at bigint NOT NULL,
              ended_at bigint, owner text COLLATE "C", fence bigint NOT NULL, claimed_until bigint, last_reply text, reply_code integer,
              reply_enhanced text, reply_host text, recipients text NOT NULL, rule text, tags text, vars text, header_edits text,
              options text, hold_reason text, replay boolean NOT NULL, failed_destinations text)
              WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
                autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);
            CREATE INDEX deliveries_due ON deliveries(destination, next_at, seq) WHERE state < 2;
            CREATE INDEX deliveries_state ON deliveries(destination, state, seq) WHERE state <> 2;
            CREATE TABLE attempts(
              delivery bigint NOT NULL, started_at bigint NOT NULL, number integer NOT NULL, duration bigint NOT NULL, outcome text NOT NULL,
              reply text NOT NULL, reply_code integer, reply_enhanced text, reply_host text, PRIMARY KEY(delivery, started_at));
            CREATE TABLE tallies(
              slot smallint NOT NULL, destination text COLLATE "C" NOT NULL, state smallint NOT NULL, count bigint NOT NULL,
              PRIMARY KEY(slot, destination, state))
              WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
            CREATE TABLE pauses(destination text COLLATE "C" PRIMARY KEY, reason text NOT NULL);
            CREATE TABLE greylist(key bytea PRIMARY KEY, first_seen bigint NOT NULL, expires bigint NOT NULL, passes integer NOT NULL);
            CREATE INDEX greylist_expires ON greylist(expires);
            CREATE TABLE notes(
              kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, expires bigint NOT NULL, value bytea NOT NULL,
              PRIMARY KEY(kind, key));
            CREATE INDEX notes_expires ON notes(kind, expires);
            CREATE INDEX notes_expired ON notes(expires);
            CREATE TABLE keys(name text PRIMARY KEY, value bytea NOT NULL);
            CREATE TABLE probes(name text PRIMARY KEY, at bigint NOT NULL) WITH (fillfactor = 30);
            """,
            ReadableFrom: 1),
        // Nodes of version 1 neither write these tables nor miss them.
        new(
            """
            CREATE TABLE nodes(
              id text COLLATE "C" PRIMARY KEY, name text NOT NULL, version text NOT NULL, config_version text NOT NULL,
              config_loaded_at bigint NOT NULL, started_at bigint NOT NULL, heard_at bigint NOT NULL, state bigint NOT NULL, reason text,
              listeners text NOT NULL)
              WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
            CREATE TABLE circuits(
              destination text COLLATE "C" NOT NULL, node text COLLATE "C" NOT NULL, opened_at bigint NOT NULL, until bigint NOT NULL,
              failures bigint NOT NULL, reason text NOT NULL, PRIMARY KEY(destination, node))
              WITH (fillfactor = 30, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
            """,
            ReadableFrom: 1),
        new(
            """
            CREATE UNLOGGED TABLE rates(key bytea PRIMARY KEY, drained_at bigint NOT NULL, most bigint NOT NULL) WITH (fillfactor = 70);
            CREATE INDEX rates_drained ON rates(drained_at);
            CREATE UNLOGGED TABLE sharers(
              destination text COLLATE "C" NOT NULL, node text COLLATE "C" NOT NULL, seen_at bigint NOT NULL,
              PRIMARY KEY(destination, node)) WITH (fillfactor = 30);
            CREATE UNLOGGED TABLE answers(key bytea PRIMARY KEY, is_yes boolean NOT NULL, expires bigint NOT NULL);
            CREATE INDEX answers_expires ON answers(expires);
            """,
            ReadableFrom: 1),
    ];

    /// <summary>Brings the tables to this version. Nodes that start together wait for each other.</summary>
    /// <exception cref="SpoolRefusedException">A newer program made them, or the tables are not those of a spool.</exception>
    public static Task UpgradeAsync(NpgsqlConnection connection, string place, CancellationToken cancellationToken) =>
        UpgradeAsync(connection, place, Version, cancellationToken);

    /// <summary>As a program does that knows versions up to this one.</summary>
    internal static async Task UpgradeAsync(
        NpgsqlConnection connection, string place, int known, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await ReadAsync(connection, "SELECT current_schema()::text", cancellationToken) is not string)
            throw new SpoolRefusedException($"the database {place} has no schema for the spool: create the one that Search Path names");
        // One lock for each spool of a database; it ends with the transaction.
        await LockAsync(connection, cancellationToken);
        var isThere = await ReadAsync(connection, "SELECT to_regclass('spool_version')::text", cancellationToken) is string;
        var version = isThere ? await NumberAsync(connection, "SELECT max(version) FROM spool_version", cancellationToken) : 0;
        var readableFrom = isThere ? await NumberAsync(connection, "SELECT max(readable_from) FROM spool_version", cancellationToken) : 0;
        if (readableFrom > known || version > known + 1)
        {
            throw new SpoolRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"the spool in {place} has schema version {version}; this program knows versions up to {known}. ") +
                (readableFrom > known ? "Start the newer program"
                    : "A program may be one version behind, not more: start the program of the other nodes"));
        }
        for (var step = version; step < known; step++)
            await RunAsync(connection, Steps[step], step + 1, place, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task RunAsync(
        NpgsqlConnection connection, Step step, int version, string place, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(step.Sql, connection) { CommandTimeout = UpgradeSeconds };
            await command.ExecuteNonQueryAsync(cancellationToken);
            await using var mark = new NpgsqlCommand("UPDATE spool_version SET version = $1, readable_from = $2", connection)
            {
                Parameters = { new() { Value = version }, new() { Value = step.ReadableFrom } },
            };
            await mark.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateFunction)
        {
            throw new SpoolRefusedException(
                $"the schema in {place} has tables of another program: {PostgresFault.Words(fault)}. Give the spool a schema of its own",
                fault);
        }
    }

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended(('inboundbridge ' || current_schema()) COLLATE \"C\", 0))";
        await using var command = new NpgsqlCommand(Lock, connection) { CommandTimeout = UpgradeSeconds };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A step may have to rewrite a large table.</summary>
    private const int UpgradeSeconds = 3600;

    private static async Task<object?> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = UpgradeSeconds };
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task<int> NumberAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        (int)(await ReadAsync(connection, sql, cancellationToken))!;

    /// <param name="ReadableFrom">The oldest version of the program that can still use the tables after the step.</param>
    private sealed record Step(string Sql, int ReadableFrom);
}
