namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>Configuration <c>spool</c>.</summary>
public sealed record SpoolOptions
{
    /// <summary>The directory of the embedded store.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Octets up to which a mail is stored in the database; larger ones are files. SQLite reads such small values faster than files.
    /// </summary>
    public int InlineLimit { get; init; } = 48 * 1024;

    /// <summary>How long a message stays after its last delivery ended well.</summary>
    public TimeSpan RetainDelivered { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a message with a dead or cancelled delivery stays.</summary>
    public TimeSpan RetainDead { get; init; } = TimeSpan.FromDays(14);

    /// <summary>False: the octets go as soon as every delivery ended well, the record stays.</summary>
    public bool RetainBodies { get; init; } = true;

    /// <summary>Octets free on the spool's disk below which MAIL gets 452 4.3.1.</summary>
    public long MinimumFree { get; init; } = 500L * 1024 * 1024;

    /// <summary>
    /// How long a commit may wait before MAIL gets 451 4.3.0: well under the ten minutes that RFC 5321 §4.5.3.2.6 gives the reply to DATA.
    /// </summary>
    public TimeSpan CommitLatencyLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Entries of greylisting, about 100 octets each. Our choice: far more than a server with a million mails a day has in 35 days, because
    /// known clients have few, and little enough for a disk when somebody invents senders.
    /// </summary>
    public int GreylistEntries { get; init; } = 1_000_000;

    /// <summary>
    /// Notes of one kind (<see cref="Notes.SpoolNote"/>), mostly of about a kilobyte. Our choice: more domains with a policy than a server
    /// sends to, and little enough for a disk when somebody invents domains.
    /// </summary>
    public int NotesOfAKind { get; init; } = 10_000;
}
