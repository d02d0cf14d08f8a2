namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>Syncs and cuts SQLite's write-ahead log: the disk, or a test's disk that fails.</summary>
internal interface ILogFile : IDisposable
{
    /// <summary>Makes everything durable that has been written so far.</summary>
    /// <exception cref="Engine.SqliteFault">The sync failed. Whether the octets are on the disk is unknown.</exception>
    void Sync();

    /// <summary>Truncates the log to <paramref name="length"/> octets, durably. No connection may be open.</summary>
    /// <exception cref="Engine.SqliteFault">The log could not be cut.</exception>
    void Cut(long length);
}
