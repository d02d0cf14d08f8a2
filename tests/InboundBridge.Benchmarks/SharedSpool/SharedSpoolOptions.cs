using InboundBridge.Benchmarks.EndToEnd;

namespace InboundBridge.Benchmarks.SharedSpool;

/// <summary>What <c>shared-spool</c> measures, and how.</summary>
internal sealed record SharedSpoolOptions
{
    /// <summary>Emptied before. PostgreSQL's data lie there, so the account postgres must be able to reach it.</summary>
    public required string Folder { get; init; }

    public required ApplianceBuild Appliance { get; init; }

    public required int Nodes { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Mails of one run.</summary>
    public required int Messages { get; init; }

    /// <summary>SMTP sessions over all nodes.</summary>
    public required int Connections { get; init; }

    /// <summary>Octets of a mail's body, and of a row of the probe.</summary>
    public int Size { get; init; } = 4096;

    /// <summary>Milliseconds that a sync of the database takes at least; 0: as long as the disk takes.</summary>
    public required int SyncMilliseconds { get; init; }

    /// <summary>How long the nodes run before anything counts.</summary>
    public required TimeSpan WarmUp { get; init; }

    /// <summary>How long the probe runs in a round.</summary>
    public TimeSpan ProbeTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time after which a run counts as failed.</summary>
    public TimeSpan Allowed { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Settings of PostgreSQL, as <c>name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public string? MarkdownFile { get; init; }
}
