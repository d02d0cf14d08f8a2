using System.Collections.Concurrent;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>
/// The mails about which destinations are being asked, until they are stored or refused. A sender who lost patience may come again while
/// the first session still waits: if that one were queued and this one refused, a mail would be delivered that its sender believes refused.
/// Bounded by the number of sessions.
/// </summary>
public sealed class AsksUnderWay
{
    private readonly ConcurrentDictionary<string, byte> _ids = new(StringComparer.Ordinal);

    /// <returns>False: another session asks about the same mail.</returns>
    public bool TryEnter(string webhookId) => _ids.TryAdd(webhookId, 0);

    public void Leave(IReadOnlyList<string> webhookIds)
    {
        for (var index = 0; index < webhookIds.Count; index++)
            _ids.TryRemove(webhookIds[index], out _);
    }
}
