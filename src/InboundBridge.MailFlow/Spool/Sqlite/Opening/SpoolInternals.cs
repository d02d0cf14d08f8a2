using InboundBridge.MailFlow.Metrics;
using InboundBridge.MailFlow.Spool.Bodies;
using InboundBridge.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>Settings that are not configurable: measured values, and the places where tests put their own disk.</summary>
internal sealed record SpoolInternals
{
    /// <summary>Opens a spool that the appliance must not open (<see cref="SpoolClosure"/>): for commands on the spool.</summary>
    public bool OpensClosed { get; init; }

    /// <summary>Where the spool counts.</summary>
    public MetricRegistry Metrics { get; init; } = new();

    /// <summary>Null for the disk.</summary>
    public IBodyFiles? Files { get; init; }

    /// <summary>Name of a registered VFS through which SQLite reaches its files; null for the disk.</summary>
    public string? Vfs { get; init; }

    /// <summary>Makes the log of an earlier process durable before it is read. Gets the path of the log.</summary>
    public Action<string> FlushLog { get; init; } = LogFlush.Run;

    /// <summary>Opens what syncs the log. Gets the path of the log.</summary>
    public Func<string, ILogFile> OpenLog { get; init; } = LogFile.Open;

    /// <summary>How long a completion may wait for new mail whose sync it can share.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a small commit waits for more writes after a large one.</summary>
    public TimeSpan Company { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Octets of recent mails that stay in memory for their first attempt.</summary>
    public long RecentOctets { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// As long as the store is open: nobody else can open it. A test gives it the lifetime that a shared store would have.
    /// </summary>
    public TimeSpan ClaimLifetime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Runs before each COMMIT. What it throws counts as a failure of the COMMIT.</summary>
    public Action? BeforeCommit { get; init; }

    /// <summary>Largest number of pages of the database, with which a test fills a disk; 0 for SQLite's own limit.</summary>
    public long LargestPages { get; init; }
}
