namespace InboundBridge.MailFlow.Bounces.Policy;

/// <summary>
/// Remembers for a while which sender was told what of which recipient, so that two deliveries of one mail that fail at the same moment
/// make one bounce. What is older is found in the spool.
/// </summary>
internal sealed class ToldRecipients(int most = 10_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, string> _told = [];
    private readonly Queue<Key> _order = new();

    /// <summary>Takes the right to tell it; true again for the same teller, who asks again when the spool has failed.</summary>
    /// <param name="teller">Names the attempt or the refusal that is told.</param>
    /// <param name="isNew">The teller has not asked before.</param>
    public bool TryTell(string messageId, string recipient, string news, string teller, out bool isNew)
    {
        var key = new Key(messageId, recipient, news);
        lock (_gate)
        {
            isNew = false;
            if (_told.TryGetValue(key, out var other))
                return other == teller;
            isNew = true;
            _told.Add(key, teller);
            _order.Enqueue(key);
            if (_order.Count > most)
                _told.Remove(_order.Dequeue());
            return true;
        }
    }

    private readonly record struct Key(string MessageId, string Recipient, string News);
}
