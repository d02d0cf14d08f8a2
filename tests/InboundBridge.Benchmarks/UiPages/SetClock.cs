namespace InboundBridge.Benchmarks.UiPages;

/// <summary>A clock that is set by hand, so that ids have the times of mails that came long ago.</summary>
internal sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;
}
