using InboundBridge.MailFlow.Metrics;
using Prometheus;

namespace InboundBridge.MailFlow.Bounces;

/// <summary><c>bounces_total</c> by reason and <c>bounces_suppressed_total</c> by why.</summary>
public sealed class BounceMetrics
{
    private readonly Counter.Child[] _sent;
    private readonly Counter.Child[] _suppressed;

    public BounceMetrics(MetricRegistry registry)
    {
        var sent = registry.Counter("bounces_total", "Reports to senders that were written, by what they tell", "reason");
        var suppressed = registry.Counter("bounces_suppressed_total", "Reports to senders that were not written, by the cause", "why");
        _sent = [.. Enum.GetValues<BounceReason>().Select(reason => sent.FromZero(reason.Word()))];
        _suppressed = [.. Enum.GetValues<SuppressedReason>().Select(why => suppressed.FromZero(Word(why)))];
    }

    internal static string Word(SuppressedReason why) => why switch
    {
        SuppressedReason.NullSender => "null_sender",
        SuppressedReason.NotAsked => "not_asked",
        SuppressedReason.Unauthenticated => "unauthenticated",
        SuppressedReason.Automatic => "automatic",
        SuppressedReason.Repeated => "repeated",
        SuppressedReason.Limited => "limited",
        SuppressedReason.BadAddress => "bad_address",
        _ => throw new ArgumentOutOfRangeException(nameof(why), why, null),
    };

    internal void Sent(BounceReason reason) => _sent[(int)reason].Inc();

    internal void Suppressed(SuppressedReason why) => _suppressed[(int)why].Inc();
}
