using System.Text;
using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite;

/// <summary>A prepared statement. Parameters count from 1, columns from 0, as SQLite has it.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    private const int StackLimit = 512;

    public SqliteStatement Bind(int parameter, long value)
    {
        database.Check(raw.sqlite3_bind_int64(handle, parameter, value), "bind");
        return this;
    }

    public SqliteStatement Bind(int parameter, DateTimeOffset value) => Bind(parameter, value.ToUnixTimeMilliseconds());

    public SqliteStatement Bind(int parameter, DateTimeOffset? value) => value is { } time ? Bind(parameter, time) : BindNull(parameter);

    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
            return BindNull(parameter);
        if (value.Length > StackLimit / 3)
            return BindText(parameter, Encoding.UTF8.GetBytes(value));
        Span<byte> octets = stackalloc byte[StackLimit];
        return BindText(parameter, octets[..Encoding.UTF8.GetBytes(value, octets)]);
    }

    /// <summary>Text that is UTF-8 already; null binds NULL.</summary>
    public SqliteStatement BindText(int parameter, byte[]? utf8) => utf8 is null ? BindNull(parameter) : BindText(parameter, utf8.AsSpan());

    public SqliteStatement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and SQLite takes that for NULL.
        var code = utf8.IsEmpty ? raw.sqlite3_bind_text(handle, parameter, "") : raw.sqlite3_bind_text(handle, parameter, utf8);
        database.Check(code, "bind");
        return this;
    }

    public SqliteStatement BindBlob(int parameter, ReadOnlySpan<byte> octets)
    {
        var code = octets.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, parameter, 0) : raw.sqlite3_bind_blob(handle, parameter, octets);
        database.Check(code, "bind");
        return this;
    }

    public SqliteStatement BindNull(int parameter)
    {
        database.Check(raw.sqlite3_bind_null(handle, parameter), "bind");
        return this;
    }

    /// <summary>True when there is a row to read.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        try
        {
            database.Check(code, "step");
            return false;
        }
        finally
        {
            raw.sqlite3_reset(handle);
        }
    }

    /// <summary>Runs it to its end and makes it ready for the next time.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    public void Reset() => raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(handle, column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Number(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Octets(int column) => raw.sqlite3_column_blob(handle, column);

    public string Text(int column) => Encoding.UTF8.GetString(Octets(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public void Dispose() => handle.Dispose();
}
