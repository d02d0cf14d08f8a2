using InboundBridge.MailFlow.Spool.Sqlite.Bodies;
using InboundBridge.MailFlow.Spool.Sqlite.Log;

namespace InboundBridge.MailFlow.Spool.Sqlite.Opening;

/// <summary>What no operator sets: measured values, and the places where a test gets in.</summary>
internal sealed record SpoolInternals
{
    /// <summary>Null: the disk.</summary>
    public IBodyFiles? Files { get; init; }

    /// <summary>Null: the disk. Else the name of a registered VFS through which SQLite reaches its files.</summary>
    public string? Vfs { get; init; }

    /// <summary>Makes the log of an earlier process durable before it is believed; given its path.</summary>
    public Action<string> FlushLog { get; init; } = LogFlush.Run;

    /// <summary>What syncs the log; given its path.</summary>
    public Func<string, ILogFile> OpenLog { get; init; } = LogFile.Open;

    /// <summary>How long a completion may wait for an intake to share its sync with.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a commit waits for more where the last one had many.</summary>
    public TimeSpan Company { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Octets of memory that recent mails may keep for their first attempt.</summary>
    public long RecentOctets { get; init; } = 32 * 1024 * 1024;

    /// <summary>Runs before each COMMIT; what it throws is taken for what SQLite answered.</summary>
    public Action? BeforeCommit { get; init; }

    /// <summary>Pages that the database may have; 0 is SQLite's own limit. Lets a test fill a disk.</summary>
    public long LargestPages { get; init; }
}
