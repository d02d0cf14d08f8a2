using System.Text.Json.Serialization;

namespace InboundBridge.MailFlow.Spool.Contract;

/// <summary>The record of one accepted mail. Its octets are read through <see cref="IMailSpool.OpenContentAsync"/>.</summary>
public sealed record SpooledMessage
{
    public required string Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required MailEnvelope Envelope { get; init; }

    /// <summary>Octets of the mail as destinations get it: the prelude and what was received.</summary>
    public required long Size { get; init; }

    /// <summary>
    /// Octets of the prelude, the header fields that we put on top. 0 for a mail of an earlier version, whose received octets begin with
    /// our Received field.
    /// </summary>
    public int PreludeLength { get; init; }

    /// <summary>Of prelude and received octets together, lower case hex; empty when an operator has erased the message.</summary>
    public required string Sha256 { get; init; }

    /// <summary>An operator has erased the message: only envelope, time, size and the outcome of its deliveries are left.</summary>
    [JsonIgnore]
    public bool IsErased => Sha256.Length == 0;

    /// <summary>Version of the configuration and rules that decided about the mail.</summary>
    public required string ConfigVersion { get; init; }

    /// <summary>The decoded subject for lists and searches, cut to 200 characters.</summary>
    public string? Subject { get; init; }

    /// <summary>Results of sender authentication as the JSON object of the webhook payload; null if nothing was checked.</summary>
    public string? AuthenticationJson { get; init; }

    /// <summary>
    /// The header field Authentication-Results that goes on top of what destinations get: whole, folded, with its final CRLF. It is known
    /// only after the prelude was written, so neither <see cref="Size"/> nor <see cref="Sha256"/> covers it. Null: there is none.
    /// </summary>
    public string? ResultsField { get; init; }

    /// <summary>For a mail of our own (a bounce), what it is about; null for a mail that was received.</summary>
    public MailCause? Cause { get; init; }
}
