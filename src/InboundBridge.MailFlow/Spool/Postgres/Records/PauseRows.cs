using Npgsql;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Rows of <c>pauses</c>. There are few, and usually none.</summary>
internal static class PauseRows
{
    /// <summary>The name of the first column of <see cref="All"/>, by which a batch finds the answer among others.</summary>
    public const string Name = "paused";

    public const string All = $"SELECT destination AS {Name}, reason FROM pauses";

    public static KeyValuePair<string, string> Read(NpgsqlDataReader row) => KeyValuePair.Create(row.GetString(0), row.GetString(1));
}
