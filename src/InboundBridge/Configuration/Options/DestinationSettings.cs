using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Configuration.Options;

/// <summary>One entry of <c>destinations</c>: what the queue needs, and the options of its kind.</summary>
internal sealed record DestinationSettings
{
    public required DestinationOptions Queue { get; init; }

    /// <summary>An instance of the record in which the kind keeps its options. Only the kind itself looks into it.</summary>
    public required object Options { get; init; }

    public string Name => Queue.Name;

    /// <summary>The options, when the kind keeps them in <typeparamref name="T"/>; else null.</summary>
    public T? As<T>()
        where T : class => Options as T;

    public override string ToString() => $"{Queue.Kind} {Queue.Name}";
}
