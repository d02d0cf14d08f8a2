using InboundBridge.MailFlow.Spool.Sqlite.Engine;

namespace InboundBridge.MailFlow.Spool.Sqlite.Log;

/// <summary>SQLite's write-ahead log, as far as it is ours: what SQLite wrote into it becomes durable here.</summary>
internal interface ILogFile : IDisposable
{
    /// <summary>All that has been written so far reaches the disk.</summary>
    /// <exception cref="SqliteFault">It didn't, or nobody knows.</exception>
    void Sync();

    /// <summary>Takes off what lies behind <paramref name="length"/> octets, durably. Nobody may have the database open.</summary>
    /// <exception cref="SqliteFault">The disk refused.</exception>
    void Cut(long length);
}
