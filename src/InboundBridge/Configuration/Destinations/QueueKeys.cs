using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Configuration.Destinations;

/// <summary>The keys that every kind of destination has: they are the queue's.</summary>
internal static class QueueKeys
{
    /// <summary>A rule overrides what is sent, not how the queue treats the destination as a whole.</summary>
    public static IReadOnlySet<string> Names { get; } =
        Keys(new SectionShape<DestinationSettings>(string.Empty,
            () => throw new InvalidOperationException("only the keys' names are asked for")))
            .Keys.Select(key => key.Name).ToHashSet(StringComparer.Ordinal);

    /// <param name="onFailure">What <c>on_failure</c> is by default.</param>
    public static SectionShape<DestinationSettings> Keys(SectionShape<DestinationSettings> section, string onFailure = "dead_letter") =>
        section
        .Key("concurrency", Scalars.Whole(1, 10_000), (destination, value) =>
            Set(destination, destination.Queue with { Concurrency = value }),
            "Attempts at the same time.", "32")
        .Key("rate", Scalars.Rate, (destination, value) => Set(destination,
            destination.Queue with { Rate = value.Count, RatePeriod = value.Period }),
            "Attempts begun in a period. Default: no limit.")
        .Key("order", Scalars.Choice(("none", DeliveryOrder.None), ("sender", DeliveryOrder.Sender),
            ("recipient", DeliveryOrder.Recipient)),
            (destination, value) => Set(destination, destination.Queue with { Order = value }),
                "First in, first out within one sender or one recipient.", "none")
        .Key("retry", Retry, (destination, value) => Set(destination, destination.Queue with { Retry = value }),
            "When a temporary failure is tried again.")
        .Key("on_failure", Scalars.Text, (destination, value) => Set(destination, destination.Queue with { OnFailure = value }),
            "dead_letter, bounce (a dead letter where no bounce may go), or the name of another destination.", onFailure)
        .Key("circuit", Circuit, (destination, value) => Set(destination, destination.Queue with { Circuit = value }),
            "A destination that keeps failing is left alone but for a probe.");

    private static SectionShape<RetryOptions> Retry => new SectionShape<RetryOptions>("Retries.", () => new RetryOptions())
        .Key("schedule", new ListShape<TimeSpan>(Scalars.Duration(), minimum: 1), (retry, value) => retry with { Schedule = value },
            "Waits between attempts; the last one repeats until maximum_age. Default: [5s, 30s, 2m, 10m, 30m, 1h, 2h, 4h].")
        .Key("maximum_age", Scalars.Duration(), (retry, value) => retry with { MaximumAge = value }, "Then on_failure.", "3d")
        .Key("jitter", Scalars.Percentage, (retry, value) => retry with { Jitter = value },
            "Each wait is varied by up to this part of it, both ways.", "20%")
        .Key("longest_retry_after", Scalars.Duration(), (retry, value) => retry with { LongestRetryAfter = value },
            "A receiver that asks for a longer wait gets this one.", "1d");

    private static SectionShape<CircuitOptions> Circuit => new SectionShape<CircuitOptions>("The circuit breaker.",
        () => new CircuitOptions())
        .Key("failures", Scalars.Whole(1), (circuit, value) => circuit with { Failures = value }, "Failures in a row that open it.", "10")
        .Key("window", Scalars.Duration(), (circuit, value) => circuit with { Window = value }, "They count within this time.", "1m")
        .Key("probe", Scalars.Duration(), (circuit, value) => circuit with { Probe = value },
            "How often one attempt is let through while it is open.", "15s");

    private static DestinationSettings Set(DestinationSettings destination, DestinationOptions queue) => destination with { Queue = queue };
}
