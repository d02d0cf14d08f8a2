namespace InboundBridge.MailFlow.Parsing;

/// <summary>
/// What composing heavy mails leaves behind. The runtime collects large texts late, the later the more memory the machine has; a hundred mails that are
/// texts of megabytes left more than a gigabyte so. Attachments are streamed and leave next to nothing: who sends those never gets here.
/// </summary>
/// <param name="most">Octets that may lie about.</param>
/// <param name="collect">Has them collected.</param>
public sealed class ReadingDebris(long most, Action collect)
{
    private const long ProcessMost = 48L * 1024 * 1024;

    private long _made;

    /// <summary>The one of this process: its memory is one.</summary>
    public static ReadingDebris Shared { get; } = new(
        ProcessMost, static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false));

    /// <param name="octets">Allocated for one mail.</param>
    public void Count(long octets)
    {
        if (Interlocked.Add(ref _made, octets) < most)
            return;
        // Of several that come here together, one collects for all.
        if (Interlocked.Exchange(ref _made, 0) >= most)
            collect();
    }
}
