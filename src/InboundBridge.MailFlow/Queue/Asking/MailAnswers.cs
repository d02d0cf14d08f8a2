namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>
/// What comes of each delivery of a mail, in their order. Until it is disposed of, the same mail is not asked about in another session.
/// </summary>
public sealed class MailAnswers(IReadOnlyList<AskAnswer> deliveries, AsksUnderWay underWay, IReadOnlyList<string> ids) : IDisposable
{
    public IReadOnlyList<AskAnswer> Deliveries => deliveries;

    /// <summary>Null for a delivery that is new, such as the record of a refusal.</summary>
    internal AskAnswer? Find(string deliveryId)
    {
        for (var index = 0; index < deliveries.Count; index++)
        {
            if (deliveries[index].Delivery.Id == deliveryId)
                return deliveries[index];
        }
        return null;
    }

    public void Dispose() => underWay.Leave(ids);
}
