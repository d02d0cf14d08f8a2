using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// What <c>spool.postgres</c> says, with our own defaults where it says nothing. It holds the password, so nothing here is logged but
/// <see cref="Place"/>.
/// </summary>
public sealed class PostgresSettings
{
    private readonly NpgsqlConnectionStringBuilder _builder;

    private PostgresSettings(NpgsqlConnectionStringBuilder builder) => _builder = builder;

    /// <summary>
    /// Seconds that one command may take. With <see cref="Cancelling"/> and the wait for a command before it, a sender whose mail can't be
    /// stored gets its 451 within five seconds.
    /// </summary>
    private const int CommandSeconds = 3;

    /// <summary>As <see cref="CommandSeconds"/>, for what reads or writes the whole spool: an hour, as for upgrades.</summary>
    private const int WholeSpoolSeconds = 3600;

    /// <summary>Seconds until a connection is given up that is being opened.</summary>
    private const int ConnectSeconds = 3;

    /// <summary>Milliseconds for the server to end a command that took too long; then the connection is closed.</summary>
    private const int Cancelling = 500;

    /// <summary>
    /// Connections of one node: two for commits, one that listens, and the rest for claims, reads and large mails. Our choice: PostgreSQL
    /// takes 100 by default, which leaves room for five nodes and a person with psql.
    /// </summary>
    private const int MostConnections = 16;

    /// <summary>Two for commits, one that listens, one for the rest.</summary>
    private const int LeastConnections = 4;

    /// <summary>Statements that each connection keeps prepared: about as many as there are.</summary>
    private const int Prepared = 64;

    /// <summary>Seconds of silence after which an idle connection is asked whether it is still there.</summary>
    private const int KeepAliveSeconds = 10;

    /// <summary>
    /// Seconds of silence after which the machine of the database is asked whether it is there, also while a command waits for its answer.
    /// </summary>
    private const int MachineKeepAliveSeconds = 5;

    /// <summary>
    /// Seconds for which a host counts as away or as a standby after it was found to be so. After a fail-over no new primary is found for
    /// so long.
    /// </summary>
    private const int HostRecheckSeconds = 1;

    /// <summary>Host and database, for people: no user, no password.</summary>
    public string Place => $"{_builder.Host}/{_builder.Database}";

    /// <summary>Null where the connection string has none. Never to be shown.</summary>
    public string? Password => _builder.Password;

    /// <summary>The database is on another machine, and nobody checks that it is the right one.</summary>
    public bool IsUnverified => _builder.SslMode is not (SslMode.VerifyFull or SslMode.VerifyCA)
        && (_builder.Host ?? string.Empty).Split(',', StringSplitOptions.TrimEntries)
            .Any(host => !host.StartsWith('/') && host is not ("localhost" or "127.0.0.1" or "::1"));

    internal string Text => _builder.ConnectionString;

    /// <summary>SSL Mode=VerifyFull.</summary>
    internal bool ChecksName => _builder.SslMode == SslMode.VerifyFull;

    /// <summary>The file of the authorities that are trusted; null or empty: those of the system.</summary>
    internal string? RootCertificate => _builder.RootCertificate;

    /// <summary>The hosts that are reached over a network, each with its port.</summary>
    internal IEnumerable<(string Host, int Port)> TcpHosts => (_builder.Host ?? string.Empty)
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(host => host[0] is not ('/' or '@'))
        .Select(host => host.LastIndexOf(':') is > 0 and var colon && (host.IndexOf(':') == colon || host[colon - 1] == ']')
            && int.TryParse(host.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port)
            ? (host[..colon], port) : (host, _builder.Port));

    /// <summary>
    /// For commands that read or write the whole spool: nobody waits for an answer, so a statement may take as long as a large table needs.
    /// </summary>
    internal PostgresSettings ForWholeSpool() => new(new NpgsqlConnectionStringBuilder(Text) { CommandTimeout = WholeSpoolSeconds });

    /// <exception cref="FormatException">The text is not a connection string. The message quotes nothing of it.</exception>
    public static PostgresSettings Read(string text)
    {
        if (TryRead(text) is not { } builder || (builder.Host is { Length: > 0 } && !IsUsable(builder)))
            throw new FormatException("it is not a connection string such as \"Host=db;Database=inboundbridge;Username=…\"");
        if (string.IsNullOrEmpty(builder.Host))
            throw new FormatException("it names no Host");
        SetDefaults(builder, Named(text));
        return builder.MaxPoolSize < LeastConnections
            ? throw new FormatException($"a node needs a Maximum Pool Size of {LeastConnections} or more")
            : new PostgresSettings(builder);
    }

    /// <summary>What the reader complains of may quote a part of a password that has a semicolon in it, so nobody hears of it.</summary>
    private static NpgsqlConnectionStringBuilder? TryRead(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Keys that exclude each other are found only when they are put to use.</summary>
    private static bool IsUsable(NpgsqlConnectionStringBuilder builder)
    {
        try
        {
            using var source = NpgsqlDataSource.Create(builder);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void SetDefaults(NpgsqlConnectionStringBuilder builder, HashSet<string> named)
    {
        if (!named.Contains("timeout"))
            builder.Timeout = ConnectSeconds;
        if (!named.Contains("commandtimeout"))
            builder.CommandTimeout = CommandSeconds;
        if (!named.Contains("cancellationtimeout"))
            builder.CancellationTimeout = Cancelling;
        if (!named.Contains("maximumpoolsize") && !named.Contains("maxpoolsize"))
            builder.MaxPoolSize = MostConnections;
        if (!named.Contains("maxautoprepare"))
            (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (Prepared, 2);
        if (!named.Contains("keepalive"))
            builder.KeepAlive = KeepAliveSeconds;
        // A unix socket has no such options, and refuses them.
        if (!named.Contains("tcpkeepalive") && Array.TrueForAll(builder.Host!.Split(','), host => host.TrimStart() is not ['/' or '@', ..]))
            (builder.TcpKeepAlive, builder.TcpKeepAliveTime, builder.TcpKeepAliveInterval) = (true, MachineKeepAliveSeconds, 1);
        // After a fail-over writes go to the new primary.
        if (builder.Host!.Contains(',', StringComparison.Ordinal) && !named.Contains("targetsessionattributes"))
            builder.TargetSessionAttributes = "primary";
        if (!named.Contains("hostrecheckseconds"))
            builder.HostRecheckSeconds = HostRecheckSeconds;
        if (!named.Contains("applicationname"))
            builder.ApplicationName = "inboundbridge";
        // Nothing of a connection's state is changed after it was opened, so nothing has to be reset between two uses.
        builder.NoResetOnClose = true;
        builder.Enlist = false;
        builder.IncludeErrorDetail = false;
        builder.PersistSecurityInfo = false;
    }

    private static HashSet<string> Named(string text)
    {
        var plain = new DbConnectionStringBuilder { ConnectionString = text };
        return [.. plain.Keys.Cast<string>().Select(key => key.Replace(" ", string.Empty, StringComparison.Ordinal).ToLowerInvariant())];
    }
}
