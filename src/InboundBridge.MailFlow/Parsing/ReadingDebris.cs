namespace InboundBridge.MailFlow.Parsing;

/// <summary>
/// Counts the garbage of heavy mails and collects it. The runtime collects large texts late, the later the more memory the machine has: a
/// hundred mails with texts of megabytes left more than a gigabyte of garbage. Attachments are streamed and leave next to nothing, so mails
/// with large attachments never cause a collection.
/// </summary>
/// <param name="most">Octets of garbage that may pile up.</param>
/// <param name="collect">Runs a collection.</param>
public sealed class ReadingDebris(long most, Action collect)
{
    private const long MostGarbage = 48L * 1024 * 1024;

    private long _made;

    /// <summary>The instance of this process, which has one heap.</summary>
    public static ReadingDebris Shared { get; } = new(
        MostGarbage, static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false));

    /// <param name="octets">Allocated for one mail.</param>
    public void Count(long octets)
    {
        if (Interlocked.Add(ref _made, octets) < most)
            return;
        // Of several callers that arrive together, one collects for all.
        if (Interlocked.Exchange(ref _made, 0) >= most)
            collect();
    }
}
