using InboundBridge.MailFlow.Delivery.SmtpRelay;

namespace InboundBridge.Explaining;

/// <summary>What a relay would write on the envelope and on top of a mail: a line for the sender and for each signature.</summary>
internal static class RelayLines
{
    public static IEnumerable<string> Of(RelayPreview relay)
    {
        yield return $"MAIL FROM:<{relay.Sender}>{(relay.IsRewritten ? " (rewritten by SRS; its proof is hidden)" : string.Empty)}";
        foreach (var signature in relay.Signatures)
        {
            var key = $"{signature.Kind} by {signature.Domain}, selector {signature.Selector}";
            var done = signature.Kind == "arc" ? "sealed" : "signed";
            yield return signature.Omitted is { } reason ? $"no {key}: {reason}" : $"{done}: {key}";
        }
    }
}
