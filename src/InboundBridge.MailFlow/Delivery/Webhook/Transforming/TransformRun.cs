using System.Text.Json.Nodes;

namespace InboundBridge.MailFlow.Delivery.Webhook.Transforming;

/// <summary>Runs a destination's transform script where it can do no harm. A failing script is an answer, not an exception.</summary>
public delegate ValueTask<TransformAnswer> TransformRun(TransformInput input, CancellationToken cancellationToken);

/// <summary>What the script sees.</summary>
/// <param name="MessageJson">UTF-8: the object <c>data</c> of the native payload.</param>
/// <param name="Recipient">The delivery's first recipient.</param>
/// <param name="Vars">What the rule captured and set.</param>
public sealed record TransformInput(
    string MessageId, ReadOnlyMemory<byte> MessageJson, string Recipient, IReadOnlyDictionary<string, string> Vars);

/// <param name="Value">What the script returned; null for nothing.</param>
/// <param name="Error">Why it failed, with file, line and column; null when it did not.</param>
/// <param name="File">The script's file, as errors name it.</param>
public sealed record TransformAnswer(JsonNode? Value, string? Error, string File);
