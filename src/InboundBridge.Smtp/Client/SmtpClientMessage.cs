using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>
/// A message to send, with its envelope. What the server does not support is left out or causes a refusal; see <see cref="SmtpSendPlan"/>.
/// </summary>
public sealed record SmtpClientMessage
{
    /// <summary>A mailbox as it is sent, without angle brackets; empty for the null reverse-path.</summary>
    public required string Sender { get; init; }

    public required IReadOnlyList<SmtpClientRecipient> Recipients { get; init; }

    public required SmtpContent Content { get; init; }

    /// <summary>
    /// As the sender declared it. Only <see cref="SmtpBodyType.BinaryMime"/> matters; octets above 127 are detected in the content.
    /// </summary>
    public SmtpBodyType Body { get; init; }

    /// <summary>The sender asked for SMTPUTF8 (RFC 6531).</summary>
    public bool SmtpUtf8 { get; init; }

    public DsnReturn Return { get; init; }

    /// <summary>RFC 3461 §4.4, not encoded as xtext.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>RFC 8689: send only over TLS with a valid certificate, and only to a server that offers REQUIRETLS.</summary>
    public bool RequireTls { get; init; }
}

/// <param name="Address">A mailbox as it is sent, without angle brackets.</param>
/// <param name="OriginalRecipient">RFC 3461 §4.2 as <c>rfc822;address</c>, not encoded as xtext.</param>
public sealed record SmtpClientRecipient(string Address, DsnNotify Notify = DsnNotify.Unspecified, string? OriginalRecipient = null);
