using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Reading;

/// <summary>A read-only connection with its prepared statements.</summary>
internal sealed class SpoolReader(SqliteDatabase database) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>Finds a statement by its text, and prepares it the first time. The caller resets it.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements[sql] = statement = database.Prepare(sql);
        return statement;
    }

    /// <summary>Ends every statement. One that is still at a row would keep the log from being emptied.</summary>
    public void ResetAll()
    {
        foreach (var statement in _statements.Values)
            statement.Reset();
    }

    public void Dispose() => database.Dispose();
}
