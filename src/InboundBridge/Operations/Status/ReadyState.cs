using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Operations.Status;

/// <summary>Whether the appliance is listening, for <c>/readyz</c>, container health checks, and the other nodes.</summary>
internal sealed class ReadyState
{
    private volatile bool _listening;
    private volatile bool _stopping;

    /// <summary>True from when the listeners are open until the stop begins.</summary>
    public bool Listening
    {
        get => _listening;
        set => _listening = value;
    }

    /// <summary>The stop has begun.</summary>
    public bool Stopping
    {
        get => _stopping;
        set => _stopping = value;
    }

    /// <summary>Why no mail would be accepted now; null when it would be.</summary>
    public string? Obstacle(IMailSpool spool)
    {
        if (Stopping)
            return "stopping";
        if (!Listening)
            return "not listening";
        var condition = spool.Condition;
        if (condition == SpoolCondition.Ready)
            return null;
        return spool.Obstacle is { } why ? $"spool: {condition} ({why})" : $"spool: {condition}";
    }
}
