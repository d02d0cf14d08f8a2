using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// Looks whether the account may do what a node does: make the tables or upgrade them, read and change their rows, and listen. It changes
/// nothing: a command that runs beside the appliance asks.
/// </summary>
internal static class RightsCheck
{
    /// <summary>What a node needs on each table. Retention deletes, and nothing truncates.</summary>
    private static readonly string[] Needed = ["SELECT", "INSERT", "UPDATE", "DELETE"];

    private const string State =
        """
        SELECT current_schema()::text, quote_ident(coalesce(current_schema(), '')), quote_ident(current_user),
          pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', to_regclass('spool_version') IS NOT NULL,
          coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
        """;

    private const string Tables =
        """
        SELECT quote_ident(c.relname), pg_has_role(c.relowner, 'USAGE'),
          array_to_string(ARRAY(SELECT r FROM unnest($1::text[]) r WHERE NOT has_table_privilege(c.oid, r)), ', ')
        FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY c.relname
        """;

    /// <returns>Each right that is missing, and how it is given; empty: nothing is missing.</returns>
    public static async Task<IReadOnlyList<string>> FindMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string? schema;
        string quoted, account;
        bool isReadOnly, hasTables, mayCreate;
        await using (var command = new NpgsqlCommand(State, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            schema = reader.IsDBNull(0) ? null : reader.GetString(0);
            (quoted, account) = (reader.GetString(1), reader.GetString(2));
            (isReadOnly, hasTables, mayCreate) = (reader.GetBoolean(3), reader.GetBoolean(4), reader.GetBoolean(5));
        }
        if (isReadOnly)
            return ["it takes no writes: it is a standby, or read-only for this account. Name the primary, or several hosts (Host=a,b)"];
        if (schema is null)
        {
            return [$"no schema of its search path is there for {account}: CREATE SCHEMA … AUTHORIZATION {account}, "
                + $"or GRANT USAGE, CREATE ON SCHEMA … TO {account}; Search Path= names another one"];
        }
        var missing = new List<string>();
        if (!mayCreate)
            missing.Add($"it may not make tables there: GRANT CREATE ON SCHEMA {quoted} TO {account}");
        if (hasTables)
            missing.AddRange(await OfTablesAsync(connection, quoted, account, cancellationToken));
        await ListenAsync(connection, cancellationToken);
        return missing;
    }

    private static async Task<List<string>> OfTablesAsync(
        NpgsqlConnection connection, string schema, string account, CancellationToken cancellationToken)
    {
        var (foreign, lacking) = (new List<string>(), new List<(string Table, string Rights)>());
        await using var command = new NpgsqlCommand(Tables, connection) { Parameters = { new NpgsqlParameter { Value = Needed } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.GetBoolean(1))
                foreign.Add(reader.GetString(0));
            if (reader.GetString(2) is { Length: > 0 } rights)
                lacking.Add((reader.GetString(0), rights));
        }
        List<string> missing =
        [
            .. lacking.GroupBy(one => one.Rights, one => one.Table, StringComparer.Ordinal).Select(group =>
                $"it may not {group.Key} on {Named(group)}: GRANT {group.Key} ON ALL TABLES IN SCHEMA {schema} TO {account}"),
        ];
        if (foreign.Count > 0)
        {
            missing.Add($"it does not own {Named(foreign)}, so a newer version could not upgrade the tables: "
                + $"ALTER TABLE … OWNER TO {account}");
        }
        return missing;
    }

    /// <summary>LISTEN needs no right of PostgreSQL's, but stores that only speak its protocol may not have it.</summary>
    private static async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("LISTEN inboundbridge_check", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
    }

    private static string Named(IEnumerable<string> tables)
    {
        const int MostNamed = 3;
        List<string> all = [.. tables];
        var named = string.Join(", ", all.Take(MostNamed));
        return all.Count > MostNamed ? $"{named} and {all.Count - MostNamed} more tables" : named;
    }
}
