using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api.Json;

internal sealed record EnvelopeJson(
    string Sender,
    IEnumerable<EnvelopeRecipientJson> Recipients,
    string? Helo,
    string? ClientIp,
    string? ClientName,
    string? TlsVersion,
    string? TlsCipher,
    string? ClientCertificate,
    string? User,
    bool SmtpUtf8,
    string Body,
    string? DsnReturn,
    string? DsnEnvelopeId,
    bool RequireTls,
    string? Listener)
{
    public static EnvelopeJson Of(MailEnvelope envelope) => new(
        envelope.Sender,
        envelope.Recipients.Select(EnvelopeRecipientJson.Of),
        envelope.Helo,
        envelope.ClientIp,
        envelope.ClientName,
        envelope.TlsVersion,
        envelope.TlsCipher,
        envelope.ClientCertificate,
        envelope.User,
        envelope.SmtpUtf8,
        envelope.Body,
        envelope.DsnReturn,
        envelope.DsnEnvelopeId,
        envelope.RequireTls,
        envelope.Listener);
}

/// <param name="Notify">RFC 3461 NOTIFY as a comma list; null when the sender said nothing.</param>
internal sealed record EnvelopeRecipientJson(string Address, string? Notify, string? OriginalRecipient)
{
    public static EnvelopeRecipientJson Of(MailRecipient recipient) => new(
        recipient.Address,
        recipient.Notify == RecipientNotify.Unspecified
            ? null : recipient.Notify.ToString().ToUpperInvariant().Replace(" ", string.Empty, StringComparison.Ordinal),
        recipient.OriginalRecipient);
}
