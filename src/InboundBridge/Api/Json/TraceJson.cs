using System.ComponentModel;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Deliveries;
using InboundBridge.Operations.Messages;

namespace InboundBridge.Api.Json;

/// <summary>The recorded steps of a message in the order of time: received, then decided, attempted and ended for each delivery.</summary>
internal sealed record TraceJson(string Id, IEnumerable<TraceStepJson> Steps)
{
    public static TraceJson Of(MessageHistory history)
    {
        IEnumerable<TraceStepJson> steps = [ReceivedStepJson.Of(history.Message), .. history.Deliveries.SelectMany(StepsOf)];
        return new TraceJson(history.Message.Id, steps.OrderBy(step => step.At));
    }

    private static IEnumerable<TraceStepJson> StepsOf(DeliveryRecord record) =>
    [
        DecidedStepJson.Of(record.Delivery),
        .. record.FailedAttempts.Select(attempt => AttemptStepJson.Of(record.Delivery, attempt)),
        .. record.Delivery.EndedAt is { } ended ? [EndedStepJson.Of(record.Delivery, ended)] : Array.Empty<TraceStepJson>(),
    ];
}

/// <summary>The derived types only add properties; <see cref="Step"/> tells which of them it is.</summary>
[JsonDerivedType(typeof(ReceivedStepJson))]
[JsonDerivedType(typeof(DecidedStepJson))]
[JsonDerivedType(typeof(AttemptStepJson))]
[JsonDerivedType(typeof(EndedStepJson))]
internal abstract record TraceStepJson([property: JsonPropertyOrder(-2)] DateTimeOffset At, [property: JsonPropertyOrder(-1)] string Step);

internal sealed record ReceivedStepJson(
    DateTimeOffset At,
    string? Listener,
    string? ClientIp,
    string? Helo,
    string Sender,
    IEnumerable<string> Recipients,
    long Size,
    string ConfigVersion) : TraceStepJson(At, "received")
{
    public static ReceivedStepJson Of(SpooledMessage message) => new(
        message.ReceivedAt,
        message.Envelope.Listener,
        message.Envelope.ClientIp,
        message.Envelope.Helo,
        message.Envelope.Sender,
        message.Envelope.Recipients.Select(recipient => recipient.Address),
        message.Size,
        message.ConfigVersion);
}

internal sealed record DecidedStepJson(
    DateTimeOffset At,
    string Step,
    string Delivery,
    string? Rule,
    string Destination,
    IEnumerable<string> Recipients,
    IReadOnlyList<string> Tags,
    IReadOnlyDictionary<string, string> Vars,
    string? HoldReason,
    IReadOnlyList<string> FailedDestinations) : TraceStepJson(At, Step)
{
    public static DecidedStepJson Of(SpooledDelivery delivery) => new(
        delivery.CreatedAt,
        delivery.IsReplay ? "replayed" : "decided",
        delivery.Id,
        delivery.Rule,
        delivery.Destination,
        delivery.Recipients.Select(recipient => recipient.Address),
        delivery.Tags,
        delivery.Vars,
        delivery.HoldReason,
        delivery.FailedDestinations);
}

internal sealed record AttemptStepJson(
    DateTimeOffset At, string Delivery, string Destination, int Number, double Seconds, string Outcome, string Reply)
    : TraceStepJson(At, "attempt")
{
    public static AttemptStepJson Of(SpooledDelivery delivery, FailedAttempt attempt) =>
        new(attempt.Started, delivery.Id, delivery.Destination, attempt.Number, attempt.Duration.TotalSeconds, attempt.Outcome,
            attempt.Reply.Text);
}

internal sealed record EndedStepJson(
    DateTimeOffset At,
    string Step,
    string Delivery,
    string Destination,
    int Attempts,
    string? Reply,
    [property: Description("How long the attempt took that delivered it. Null for every other end.")] double? Seconds)
    : TraceStepJson(At, Step)
{
    public static EndedStepJson Of(SpooledDelivery delivery, DateTimeOffset ended) =>
        new(ended, ApiJson.State(delivery.State), delivery.Id, delivery.Destination, delivery.Attempts, delivery.LastReply?.Text,
            DeliveringAttempt.Took(delivery)?.TotalSeconds);
}
