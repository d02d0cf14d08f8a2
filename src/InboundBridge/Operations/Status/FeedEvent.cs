using InboundBridge.MailFlow.Queue.Events;

namespace InboundBridge.Operations.Status;

/// <summary>An event with its text, which is written once for all followers.</summary>
internal sealed class FeedEvent(QueueEvent happened)
{
    private byte[]? _text;

    public QueueEvent Happened => happened;

    /// <summary>The text as octets. Followers that ask for it at the same time may each write it.</summary>
    public ReadOnlySpan<byte> Text(Func<QueueEvent, byte[]> write) => _text ??= write(happened);
}
