using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Routing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Rules;

namespace InboundBridge.Api;

/// <summary>How records look in the API's JSON: names in snake case, states in lower case.</summary>
internal static class ApiShapes
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult List<T>(IEnumerable<T> items, string? next) => Results.Json(new { Items = items, Next = next }, Json);

    public static object Message(SpooledMessage message) => new
    {
        message.Id,
        message.ReceivedAt,
        message.Envelope.Sender,
        Recipients = message.Envelope.Recipients.Select(recipient => recipient.Address),
        message.Subject,
        message.Size,
        Erased = message.IsErased,
    };

    public static object MessageInFull(SpooledMessage message, IEnumerable<SpooledDelivery> deliveries) => new
    {
        message.Id,
        message.ReceivedAt,
        message.Envelope,
        message.Subject,
        message.Size,
        Sha256 = message.IsErased ? null : message.Sha256,
        Erased = message.IsErased,
        message.ConfigVersion,
        Authentication = message.AuthenticationJson is { } json ? JsonNode.Parse(json) : null,
        Deliveries = deliveries.Select(Delivery),
    };

    public static object Delivery(SpooledDelivery delivery) => new
    {
        delivery.Id,
        delivery.MessageId,
        delivery.Destination,
        State = State(delivery.State),
        Recipients = delivery.Recipients.Select(recipient => recipient.Address),
        delivery.Rule,
        delivery.Tags,
        delivery.Vars,
        delivery.HoldReason,
        delivery.IsReplay,
        delivery.Attempts,
        delivery.CreatedAt,
        NextAttemptAt = delivery.State is DeliveryState.Pending or DeliveryState.Retrying ? delivery.NextAttemptAt : (DateTimeOffset?)null,
        LastReply = delivery.LastReply?.Text,
    };

    public static object DeliveryInFull(SpooledDelivery delivery, IEnumerable<FailedAttempt> attempts) => new { Delivery = Delivery(delivery), FailedAttempts = attempts.Select(Attempt) };

    private static object Attempt(FailedAttempt attempt) => new { attempt.Number, attempt.Started, attempt.Duration, attempt.Outcome, Reply = attempt.Reply.Text };

    public static object Destination(DestinationStatus status) => new
    {
        status.Name,
        status.Kind,
        status.Up,
        Paused = status.PauseReason is not null,
        status.PauseReason,
        status.Active,
        Deliveries = status.Counts.ToDictionary(count => State(count.Key), count => count.Value, StringComparer.Ordinal),
        status.OldestOpen,
    };

    public static object Rule(Rule rule) => new { rule.Name, Position = rule.Position.ToString(), rule.Enabled, rule.Hits, rule.LastHit };

    public static object Divergence(ShadowDivergence divergence) => new
    {
        divergence.At,
        divergence.MessageId,
        divergence.Recipient,
        Stage = divergence.Stage.ToString().ToLowerInvariant(),
        divergence.ConfigVersion,
        divergence.Live,
        divergence.Shadow,
    };

    public static string State(DeliveryState state) => state.ToString().ToLowerInvariant();
}
