using System.Text;
using InboundBridge.MailFlow.Spool.Sealing;
using SQLitePCL;

namespace InboundBridge.MailFlow.Spool.Sqlite.Engine;

/// <summary>A prepared statement. As in SQLite, parameters are numbered from 1 and columns from 0.</summary>
internal sealed unsafe class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    private const int StackLimit = 512;

    /// <summary>0 after disposal: SQLite then reports misuse and touches no freed memory.</summary>
    private nint _address = handle.DangerousGetHandle();

    public OptionsSeal Seal => database.Seal ?? throw new InvalidOperationException("the spool's key has not been read");

    public SqliteStatement Bind(int parameter, long value) => Bound(StatementInterop.BindNumber(_address, parameter, value));

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
        fixed (byte* octets = Addressed(utf8))
            return Bound(StatementInterop.BindText(_address, parameter, octets, utf8.Length, StatementInterop.Copied));
    }

    public SqliteStatement BindBlob(int parameter, ReadOnlySpan<byte> octets)
    {
        fixed (byte* first = Addressed(octets))
            return Bound(StatementInterop.BindBlob(_address, parameter, first, octets.Length, StatementInterop.Copied));
    }

    /// <summary>Binds octets without copying them, and runs the statement.</summary>
    public void Run(int parameter, ReadOnlySpan<byte> octets)
    {
        fixed (byte* first = Addressed(octets))
        {
            Bound(StatementInterop.BindBlob(_address, parameter, first, octets.Length, StatementInterop.Lent));
            try
            {
                Run();
            }
            finally
            {
                // The next run must not read memory that was only lent for this one.
                _ = StatementInterop.BindNull(_address, parameter);
            }
        }
    }

    public SqliteStatement BindNull(int parameter) => Bound(StatementInterop.BindNull(_address, parameter));

    /// <summary>Advances to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = StatementInterop.Step(_address);
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
            Reset();
        }
    }

    /// <summary>Runs a statement that gives no rows, and resets it.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>
    /// Makes the statement ready for its next run. SQLite returns the result of the last step again, which is known already.
    /// </summary>
    public void Reset() => _ = StatementInterop.Reset(_address);

    public bool IsNull(int column) => StatementInterop.ColumnType(_address, column) == raw.SQLITE_NULL;

    public long Number(int column) => StatementInterop.ColumnNumber(_address, column);

    public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Number(column));

    public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Octets(int column)
    {
        var octets = StatementInterop.ColumnOctets(_address, column);
        return new ReadOnlySpan<byte>(octets, octets is null ? 0 : StatementInterop.ColumnLength(_address, column));
    }

    public string Text(int column) => Encoding.UTF8.GetString(Octets(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Reads every row with <paramref name="read"/> and resets the statement. Parameters must be bound.</summary>
    public List<T> ReadAll<T>(Func<SqliteStatement, T> read)
    {
        try
        {
            var rows = new List<T>();
            while (Step())
                rows.Add(read(this));
            return rows;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Reads the first row, null where there is none, and resets the statement. Parameters must be bound.</summary>
    public T? ReadOne<T>(Func<SqliteStatement, T> read)
        where T : class
    {
        try
        {
            return Step() ? read(this) : null;
        }
        finally
        {
            Reset();
        }
    }

    public void Dispose()
    {
        _address = 0;
        handle.Dispose();
    }

    /// <summary>An empty span may have no address, and SQLite would bind NULL for it.</summary>
    private static ReadOnlySpan<byte> Addressed(ReadOnlySpan<byte> octets) => octets.IsEmpty ? "\0"u8 : octets;

    private SqliteStatement Bound(int code)
    {
        if (code != raw.SQLITE_OK)
            database.Check(code, "bind");
        return this;
    }
}
