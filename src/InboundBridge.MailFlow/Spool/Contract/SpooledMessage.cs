namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>One accepted mail as the spool keeps it; its octets are read through <see cref="IMailSpool.OpenContentAsync"/>.</summary>
public sealed record SpooledMessage
{
    public required string Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required MailEnvelope Envelope { get; init; }

    /// <summary>Octets of the stored mail, our Received field included.</summary>
    public required long Size { get; init; }

    /// <summary>Of the stored octets, lower case hex; empty when an operator has erased the message.</summary>
    public required string Sha256 { get; init; }

    /// <summary>An operator has erased it: the envelope, the time, the size and the fate are all that is left.</summary>
    public bool IsErased => Sha256.Length == 0;

    /// <summary>The configuration and rules that decided it.</summary>
    public required string ConfigVersion { get; init; }

    /// <summary>For lists and searches; decoded, cut to 200 characters.</summary>
    public string? Subject { get; init; }

    /// <summary>Verdicts of the sender's authentication, the JSON object of the webhook payload; null when nothing was checked.</summary>
    public string? AuthenticationJson { get; init; }
}
