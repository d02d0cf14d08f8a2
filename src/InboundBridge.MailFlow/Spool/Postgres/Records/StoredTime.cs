namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Times are milliseconds since 1970, as in the embedded store.</summary>
internal static class StoredTime
{
    public static long Of(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long? OfNullable(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset From(long stored) => DateTimeOffset.FromUnixTimeMilliseconds(stored);
}
