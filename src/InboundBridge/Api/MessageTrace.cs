using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api;

/// <summary>The recorded way of one message, in the order of time: received, decided, attempted, ended.</summary>
internal sealed class MessageTrace(SpooledMessage message)
{
    private readonly List<(DateTimeOffset At, object Shape)> _steps =
    [
        (message.ReceivedAt, new
        {
            At = message.ReceivedAt,
            Step = "received",
            message.Envelope.Listener,
            message.Envelope.ClientIp,
            message.Envelope.Helo,
            message.Envelope.Sender,
            Recipients = message.Envelope.Recipients.Select(recipient => recipient.Address),
            message.Size,
            message.ConfigVersion,
        }),
    ];

    public void Add(SpooledDelivery delivery, IReadOnlyList<FailedAttempt> attempts)
    {
        _steps.Add((delivery.CreatedAt, new
        {
            At = delivery.CreatedAt,
            Step = delivery.IsReplay ? "replayed" : "decided",
            Delivery = delivery.Id,
            delivery.Rule,
            delivery.Destination,
            Recipients = delivery.Recipients.Select(recipient => recipient.Address),
            delivery.Tags,
            delivery.Vars,
            delivery.HoldReason,
            delivery.FailedDestinations,
        }));
        foreach (var attempt in attempts)
            _steps.Add((attempt.Started, new
            {
                At = attempt.Started,
                Step = "attempt",
                Delivery = delivery.Id,
                delivery.Destination,
                attempt.Number,
                Seconds = attempt.Duration.TotalSeconds,
                attempt.Outcome,
                Reply = attempt.Reply.Text,
            }));
        if (delivery.EndedAt is { } ended)
            _steps.Add((ended, new { At = ended, Step = ApiShapes.State(delivery.State), Delivery = delivery.Id, delivery.Destination, Attempts = delivery.Attempts, Reply = delivery.LastReply?.Text }));
    }

    public object ToShape() => new { message.Id, Steps = _steps.OrderBy(step => step.At).Select(step => step.Shape) };
}
