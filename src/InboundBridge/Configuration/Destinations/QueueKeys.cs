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
            () => throw new InvalidOperationException("only the keys' names are used here")))
            .Keys.Select(key => key.Name).ToHashSet(StringComparer.Ordinal);

    /// <param name="onFailure">The default of <c>on_failure</c>.</param>
    public static SectionShape<DestinationSettings> Keys(SectionShape<DestinationSettings> section, string onFailure = "dead_letter") =>
        section
        .Key("concurrency", Scalars.Whole(1, 10_000), (destination, value) =>
            Set(destination, destination.Queue with { Concurrency = value }),
            "Attempts at the same time.", "32")
        .Key("rate", Scalars.Rate, (destination, value) => Set(destination,
            destination.Queue with { Rate = value.Count, RatePeriod = value.Period }),
            "Attempts started per period. Default: no limit.")
        .Key("order", Scalars.Choice(("none", DeliveryOrder.None), ("sender", DeliveryOrder.Sender),
            ("recipient", DeliveryOrder.Recipient)),
            (destination, value) => Set(destination, destination.Queue with { Order = value }),
                "Keeps the deliveries of each sender, or to each recipient, in order.", "none")
        .Key("retry", Retry, (destination, value) => Set(destination, destination.Queue with { Retry = value }),
            "When a delivery is attempted again after a temporary failure.")
        .Key("on_failure", Scalars.Text, (destination, value) => Set(destination, destination.Queue with { OnFailure = value }),
            "dead_letter, bounce (a dead letter where no bounce may go), or the name of another destination.", onFailure)
        .Key("circuit", Circuit, (destination, value) => Set(destination, destination.Queue with { Circuit = value }),
            "A destination that keeps failing gets no more attempts, except a probe from time to time.");

    private static SectionShape<RetryOptions> Retry => new SectionShape<RetryOptions>("Retries.", () => new RetryOptions())
        .Key("schedule", new ListShape<TimeSpan>(Scalars.Duration(), minimum: 1), (retry, value) => retry with { Schedule = value },
            "Waits between attempts; the last one repeats until maximum_age. Default: [5s, 30s, 2m, 10m, 30m, 1h, 2h, 4h].")
        .Key("maximum_age", Scalars.Duration(), (retry, value) => retry with { MaximumAge = value }, "Then on_failure.", "3d")
        .Key("jitter", Scalars.Percentage, (retry, value) => retry with { Jitter = value },
            "Each wait is lengthened or shortened at random by up to this share.", "20%")
        .Key("longest_retry_after", Scalars.Duration(), (retry, value) => retry with { LongestRetryAfter = value },
            "The longest wait that a receiver may ask for.", "1d");

    private static SectionShape<CircuitOptions> Circuit => new SectionShape<CircuitOptions>("The circuit breaker.",
        () => new CircuitOptions())
        .Key("failures", Scalars.Whole(1), (circuit, value) => circuit with { Failures = value }, "Consecutive failures that open the circuit.", "10")
        .Key("window", Scalars.Duration(), (circuit, value) => circuit with { Window = value }, "The failures must fall within this time.", "1m")
        .Key("probe", Scalars.Duration(), (circuit, value) => circuit with { Probe = value },
            "While the circuit is open, an attempt is made this often.", "15s");

    private static DestinationSettings Set(DestinationSettings destination, DestinationOptions queue) => destination with { Queue = queue };
}
