using System.Data.Common;
using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// The keys of a connection string. What is unknown may be a part of a password with a semicolon in it, so it is handed to nobody but who
/// looks for a similar key.
/// </summary>
public static class ConnectionKeys
{
    /// <summary>Those that are of use to a node, as the driver's documentation spells them.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "Host", "Port", "Database", "Username", "Password", "Passfile", "SSL Mode", "SSL Certificate", "SSL Key", "SSL Password",
        "Root Certificate", "Check Certificate Revocation", "Channel Binding", "Search Path", "Application Name", "Options", "Timeout",
        "Command Timeout", "Cancellation Timeout", "Keepalive", "TCP Keepalive", "TCP Keepalive Time", "TCP Keepalive Interval",
        "Maximum Pool Size", "Minimum Pool Size", "Connection Idle Lifetime", "Connection Lifetime", "Max Auto Prepare",
        "Auto Prepare Min Usages", "Target Session Attributes", "Host Recheck Seconds", "Load Balance Hosts", "Kerberos Service Name",
    ];

    /// <summary>The keys that the driver does not know; null where the text is no list of keys and values.</summary>
    public static IReadOnlyList<string>? FindUnknown(string text)
    {
        try
        {
            var given = new DbConnectionStringBuilder { ConnectionString = text };
            return [.. given.Keys.Cast<string>().Where(key => !IsKnown(key))];
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The first of the known keys whose value the driver does not take; null: none.</summary>
    public static string? FindUnusable(string text)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = text };
        return given.Keys.Cast<string>().FirstOrDefault(key => !IsTaken(key, given[key]));
    }

    public static bool IsKnown(string key)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder()[key];
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsTaken(string key, object value)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder { [key] = value };
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return false;
        }
    }
}
